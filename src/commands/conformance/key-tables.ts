/** What can be asked for and matched: Query/Retrieve and Modality Worklist. */
import { QUERY_KEYS, type QueryKey } from '../../dicom/query-keys.ts';
import { REQUEST_KEYS } from '../../dicom/request-attributes.ts';
import { WORKLIST_KEYS, type WorklistKey } from '../../dicom/worklist-keys.ts';
import type { Table } from './document.ts';

const MATCHING: Readonly<Record<QueryKey['matching'], string>> = {
  uid: 'single value, list of UID',
  single: 'single value, list',
  wildcard: 'single value, wildcard, list',
  name: 'single value, wildcard, list; any case',
  date: 'single value, range, list',
  time: 'single value, range, list',
  none: 'answered only',
};

const WORKLIST_MATCHING: Readonly<Record<WorklistKey['matching'], string>> = {
  text: MATCHING.wildcard,
  name: MATCHING.name,
  date: MATCHING.date,
  uid: MATCHING.uid,
  'start-date': 'single value, range',
  'start-time': 'single value, range',
  station: `${MATCHING.wildcard}; an order without one matches all`,
  status: MATCHING.single,
  codes: 'sequence: value, scheme, meaning',
  none: 'answered only',
};

/** `(0010,0020)` */
function tagText(tag: number): string {
  const hex = tag.toString(16).toUpperCase().padStart(8, '0');
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}

const queryRow = ({ level, tag, keyword, vr, matching, required }: QueryKey) => [
  level,
  tagText(tag),
  keyword,
  vr,
  MATCHING[matching],
  required === true ? 'yes' : '',
];

export function queryKeyTable(): Table {
  return [['level', 'tag', 'attribute', 'VR', 'matching besides universal', 'required'], ...QUERY_KEYS.map(queryRow)];
}

/** Inside of the items of Request Attributes Sequence. */
export function requestKeyTable(): Table {
  return [['level', 'tag', 'attribute', 'VR', 'matching besides universal', 'required'], ...REQUEST_KEYS.map(queryRow)];
}

export function worklistKeyTable(): Table {
  return [
    ['place', 'tag', 'attribute', 'VR', 'matching besides universal', 'return type', 'required', 'value'],
    ...WORKLIST_KEYS.map(({ place, tag, keyword, vr, matching, returnType, required, field }) => [
      place === 'step' ? 'Scheduled Procedure Step' : 'root',
      tagText(tag),
      keyword,
      vr,
      WORKLIST_MATCHING[matching],
      returnType,
      required ? 'yes' : '',
      field === null ? 'always empty' : 'of the order',
    ]),
  ];
}
