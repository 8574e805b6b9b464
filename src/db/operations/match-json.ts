/** A row of a query as one DICOM JSON object (PS3.18 F.2), driven by the table of query keys. */
import { hexOf } from '../../dicom/dictionary.ts';
import { parsePersonName } from '../../dicom/person-name.ts';
import { isAnsweredAt, QUERY_KEYS, type QueryKey, type QueryLevel } from '../../dicom/query-keys.ts';
import { REQUEST_ATTRIBUTES, REQUEST_KEYS } from '../../dicom/request-attributes.ts';
import type { Row } from '../connection.ts';
import { PATIENT_COUNTS } from './patient-level.ts';

const ALIAS: Record<string, string> = { PATIENT: 'st', STUDY: 'st', SERIES: 'se', IMAGE: 'i' };

/** Columns of the keys that the index computes itself. */
const COMPUTED: Record<string, string> = {
  ModalitiesInStudy: 'modalities_in_study',
  SOPClassesInStudy: 'sop_classes_in_study',
  NumberOfStudyRelatedSeries: 'number_of_study_related_series',
  NumberOfStudyRelatedInstances: 'number_of_study_related_instances',
  NumberOfSeriesRelatedInstances: 'number_of_series_related_instances',
  AvailableTransferSyntaxUID: 'transfer_syntax_uid',
  NumberOfPatientRelatedStudies: 'patient_studies',
  NumberOfPatientRelatedSeries: 'patient_series',
  NumberOfPatientRelatedInstances: 'patient_instances',
};

interface Printed {
  tag: number;
  column: string;
  /** The start of the member up to its values: `"00080020":{"vr":"DA"`. */
  opening: string;
  vr: string;
}

/** The keys of a level and the levels above it, ascending by tag. */
function keysOf(level: QueryLevel): (QueryKey & { column: string })[] {
  return QUERY_KEYS.filter((key) => isAnsweredAt(key.tag, level))
    .map((key) => ({ ...key, column: key.column ?? (COMPUTED[key.keyword] as string) }))
    .sort((a, b) => a.tag - b.tag);
}

const PRINTED: Record<QueryLevel, Printed[]> = {
  PATIENT: printed('PATIENT'),
  STUDY: printed('STUDY'),
  SERIES: printed('SERIES'),
  IMAGE: printed('IMAGE'),
};

function printed(level: QueryLevel): Printed[] {
  return keysOf(level).map((key) => ({
    tag: key.tag,
    column: key.column,
    opening: `"${hexOf(key.tag)}":{"vr":"${key.vr}"`,
    vr: key.vr,
  }));
}

/** A series' requests are answered with its images too. */
function hasRequests(level: QueryLevel): boolean {
  return level === 'SERIES' || level === 'IMAGE';
}

/** Counts over other rows are made for those who ask for them only. */
export function selectedColumns(level: QueryLevel, returnTags: readonly number[] | undefined): string {
  const request = hasRequests(level) ? REQUEST_KEYS.map(({ column }) => `se.${column}`) : [];
  const columns = keysOf(level)
    .filter((key) => !(key.keyword in PATIENT_COUNTS) || returnTags === undefined || returnTags.includes(key.tag))
    .map((key) => {
      const count = PATIENT_COUNTS[key.keyword];
      const alias = level === 'PATIENT' ? 'pa' : ALIAS[key.level];
      return count === undefined ? `${alias}.${key.column}` : `${count} AS ${key.column}`;
    });
  return [...columns, ...request].join(', ');
}

/** Attributes that the row lacks are printed without a value: they exist at this level, their value is unknown. */
export function matchJson(row: Row, level: QueryLevel, returnTags: readonly number[] | undefined): string {
  const members: string[] = [];
  for (const key of PRINTED[level]) {
    if (returnTags && !returnTags.includes(key.tag)) continue;
    members.push(`${key.opening}${valuePart(key.vr, row[key.column])}}`);
  }
  // The highest tag of all that are printed, so it comes last.
  if (hasRequests(level) && (!returnTags || returnTags.includes(REQUEST_ATTRIBUTES))) members.push(requests(row));
  return `{${members.join(',')}}`;
}

/** Request Attributes Sequence with an item for each request. */
function requests(row: Row): string {
  const opening = `"${hexOf(REQUEST_ATTRIBUTES)}":{"vr":"SQ"`;
  const columns = REQUEST_KEYS.map(({ column }) => (row[column] ? String(row[column]).split('\\') : []));
  const count = Math.max(...columns.map((values) => values.length));
  if (count === 0) return `${opening}}`;
  const items = Array.from({ length: count }, (_, n) =>
    REQUEST_KEYS.map(({ tag, vr }, at) => `"${hexOf(tag)}":{"vr":"${vr}"${valuePart(vr, columns[at]?.[n])}}`).join(','),
  );
  return `${opening},"Value":[${items.map((item) => `{${item}}`).join(',')}]}`;
}

const NUMERIC = new Set(['IS', 'DS', 'US', 'SS', 'UL', 'SL', 'FL', 'FD']);
/** VRs whose text may hold a backslash, so that it does not divide values. */
const SINGLE = new Set(['LT', 'ST', 'UT']);

function valuePart(vr: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  if (vr === 'PN' && /^[\^= ]*$/.test(String(value))) return '';
  const values = SINGLE.has(vr) ? [String(value)] : String(value).split('\\');
  return `,"Value":[${values.map((one) => jsonValue(vr, one)).join(',')}]`;
}

function jsonValue(vr: string, value: string): string {
  if (value === '') return 'null';
  if (vr === 'PN') return personNameJson(value);
  // A decimal or integer string that is no number (it occurs) stays text rather than vanish.
  if (NUMERIC.has(vr) && Number.isFinite(Number(value))) return String(Number(value));
  return JSON.stringify(value);
}

function personNameJson(value: string): string {
  const { alphabetic, ideographic, phonetic } = parsePersonName(value);
  return JSON.stringify({
    ...(alphabetic && { Alphabetic: alphabetic }),
    ...(ideographic && { Ideographic: ideographic }),
    ...(phonetic && { Phonetic: phonetic }),
  });
}
