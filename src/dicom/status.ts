/** DIMSE statuses of the services that the appliance provides or uses (PS3.7 Annex C and the annexes of PS3.4). */

export type StatusKind = 'success' | 'pending' | 'cancel' | 'warning' | 'failure';
/** 'normalized': the DIMSE-N services (MPPS, storage commitment). */
export type DimseService = 'echo' | 'storage' | 'find' | 'get' | 'move' | 'normalized';

export interface StatusEntry {
  readonly code: number;
  /** Last code when a whole range has this meaning, for example A700 to A7FF. */
  readonly to?: number;
  readonly kind: StatusKind;
  readonly meaning: string;
  /** Where the Standard defines it. */
  readonly source: string;
}

const SUCCESS: StatusEntry = { code: 0x0000, kind: 'success', meaning: 'Success', source: 'PS3.7 Annex C' };
const CANCEL: StatusEntry = {
  code: 0xfe00,
  kind: 'cancel',
  meaning: 'Terminated by C-CANCEL',
  source: 'PS3.7 Annex C',
};

function failure(code: number, meaning: string, source: string, to?: number): StatusEntry {
  return { code, kind: 'failure', meaning, source, ...(to === undefined ? {} : { to }) };
}

const GENERAL_SOURCE = 'PS3.7 Annex C';

/** Statuses of any DIMSE-C service (PS3.7 section 9.1 and Annex C). */
const GENERAL: readonly StatusEntry[] = [
  failure(0x0105, 'No such attribute', GENERAL_SOURCE),
  failure(0x0110, 'Processing failure', GENERAL_SOURCE),
  failure(0x0111, 'Duplicate SOP Instance', GENERAL_SOURCE),
  failure(0x0112, 'No such SOP Instance', GENERAL_SOURCE),
  failure(0x0117, 'Invalid SOP Instance', GENERAL_SOURCE),
  failure(0x0118, 'No such SOP Class', GENERAL_SOURCE),
  failure(0x0122, 'SOP Class not supported', GENERAL_SOURCE),
  failure(0x0124, 'Not authorized', GENERAL_SOURCE),
  failure(0x0210, 'Duplicate invocation', GENERAL_SOURCE),
  failure(0x0211, 'Unrecognized operation', GENERAL_SOURCE),
  failure(0x0212, 'Mistyped argument', GENERAL_SOURCE),
  failure(0x0213, 'Resource limitation', GENERAL_SOURCE),
];

/** Further statuses of DIMSE-N services (PS3.7 section 10.1 and Annex C). */
const NORMALIZED: readonly StatusEntry[] = [
  failure(0x0106, 'Invalid attribute value', GENERAL_SOURCE),
  failure(0x0113, 'No such event type', GENERAL_SOURCE),
  failure(0x0114, 'No such argument', GENERAL_SOURCE),
  failure(0x0115, 'Invalid argument value', GENERAL_SOURCE),
  failure(0x0119, 'Class-instance conflict', GENERAL_SOURCE),
  failure(0x0120, 'Missing attribute', GENERAL_SOURCE),
  failure(0x0121, 'Missing attribute value', GENERAL_SOURCE),
  failure(0x0123, 'No such action', GENERAL_SOURCE),
];

const GET_MOVE_SOURCE = { get: 'PS3.4 Table C.4-3', move: 'PS3.4 Table C.4-2' };

function retrieval(service: 'get' | 'move'): readonly StatusEntry[] {
  const source = GET_MOVE_SOURCE[service];
  const destination = failure(0xa801, 'Refused: Move Destination unknown', source);
  return [
    { ...SUCCESS, meaning: 'Sub-operations complete, no failures', source },
    { code: 0xff00, kind: 'pending', meaning: 'Sub-operations are continuing', source },
    { ...CANCEL, source },
    { code: 0xb000, kind: 'warning', meaning: 'Sub-operations complete, one or more failures', source },
    failure(0xa701, 'Refused: out of resources, unable to calculate number of matches', source),
    failure(0xa702, 'Refused: out of resources, unable to perform sub-operations', source),
    ...(service === 'move' ? [destination] : []),
    failure(0xa900, 'Identifier does not match SOP Class', source),
    failure(0xc000, 'Unable to process', source, 0xcfff),
  ];
}

const STORAGE_SOURCE = 'PS3.4 Table B.2-1';
const FIND_SOURCE = 'PS3.4 Table C.4-1';

/** What a service may answer, most specific first. */
export const STATUSES: Readonly<Record<DimseService, readonly StatusEntry[]>> = {
  echo: [SUCCESS, ...GENERAL],
  storage: [
    SUCCESS,
    { code: 0xb000, kind: 'warning', meaning: 'Coercion of data elements', source: STORAGE_SOURCE },
    { code: 0xb006, kind: 'warning', meaning: 'Elements discarded', source: STORAGE_SOURCE },
    { code: 0xb007, kind: 'warning', meaning: 'Data set does not match SOP Class', source: STORAGE_SOURCE },
    failure(0xa700, 'Refused: out of resources', STORAGE_SOURCE, 0xa7ff),
    failure(0xa900, 'Data set does not match SOP Class', STORAGE_SOURCE, 0xa9ff),
    failure(0xc000, 'Cannot understand', STORAGE_SOURCE, 0xcfff),
    ...GENERAL,
  ],
  find: [
    { ...SUCCESS, meaning: 'Matching is complete', source: FIND_SOURCE },
    { code: 0xff00, kind: 'pending', meaning: 'A match', source: FIND_SOURCE },
    { code: 0xff01, kind: 'pending', meaning: 'A match; an optional key was not supported', source: FIND_SOURCE },
    { ...CANCEL, source: FIND_SOURCE },
    failure(0xa700, 'Refused: out of resources', FIND_SOURCE),
    failure(0xa900, 'Identifier does not match SOP Class', FIND_SOURCE),
    failure(0xc000, 'Unable to process', FIND_SOURCE, 0xcfff),
    ...GENERAL,
  ],
  get: [...retrieval('get'), ...GENERAL],
  move: [...retrieval('move'), ...GENERAL],
  normalized: [SUCCESS, ...NORMALIZED, ...GENERAL],
};

/** The entry of a status of a service, or undefined when the Standard gives it no meaning there. */
export function statusEntry(service: DimseService, code: number): StatusEntry | undefined {
  return STATUSES[service].find(
    (entry) => code === entry.code || (code > entry.code && code <= (entry.to ?? entry.code)),
  );
}

/**
 * Kind of any status by its number (PS3.7 Annex C), for what other implementations answer: an unknown code is a failure,
 * so that nobody takes it for success.
 */
export function statusKind(code: number): StatusKind {
  if (code === 0x0000) return 'success';
  if (code === 0xff00 || code === 0xff01) return 'pending';
  if (code === 0xfe00) return 'cancel';
  const isWarning = code === 0x0001 || code === 0x0107 || code === 0x0116 || (code >= 0xb000 && code <= 0xbfff);
  return isWarning ? 'warning' : 'failure';
}
