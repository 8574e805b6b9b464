/** What is answered: the statuses of each service, and which failure of ours becomes which. */
import { type DimseService, statusEntry } from '../../dicom/status.ts';
import type { Service } from '../../doors/dimse/services.ts';
import { STATUS, statusOf } from '../../doors/dimse/status-of.ts';
import { ERRORS, type ErrorCode } from '../../error-table.ts';
import type { Table } from './document.ts';

type Name = Service['name'];

export const SERVICE_TITLE: Readonly<Record<Name, string>> = {
  echo: 'Verification',
  store: 'Storage',
  find: 'C-FIND',
  worklist: 'Modality Worklist',
  get: 'C-GET',
  move: 'C-MOVE',
  mpps: 'MPPS',
  commitment: 'Storage Commitment',
};

/** Where the Standard explains the statuses of a service. */
const DEFINED_IN: Readonly<Record<Name, DimseService>> = {
  echo: 'echo',
  store: 'storage',
  find: 'find',
  worklist: 'find',
  get: 'get',
  move: 'move',
  mpps: 'normalized',
  commitment: 'normalized',
};

/** On any context: a request that does not belong there, or that this device may not make. */
const ALWAYS = [STATUS.sopClassUnsupported, STATUS.notAuthorised, STATUS.unrecognizedOperation];
const RETRIEVAL = [
  STATUS.pending,
  STATUS.success,
  STATUS.cancelled,
  STATUS.subOperationsFailed,
  STATUS.cannotPerformSubOperations,
];
const QUERY = [STATUS.pending, STATUS.pendingWithUnsupportedKeys, STATUS.success, STATUS.cancelled];

const OWN: Readonly<Record<Name, readonly number[]>> = {
  echo: [STATUS.success],
  store: [STATUS.success],
  find: QUERY,
  worklist: QUERY,
  get: RETRIEVAL,
  move: [...RETRIEVAL, STATUS.moveDestinationUnknown],
  mpps: [
    STATUS.success,
    STATUS.invalidAttributeValue,
    STATUS.processingFailure,
    STATUS.duplicateSopInstance,
    STATUS.noSuchSopInstance,
    STATUS.invalidSopInstance,
    STATUS.missingAttribute,
    STATUS.missingAttributeValue,
  ],
  commitment: [
    STATUS.success,
    STATUS.noSuchSopInstance,
    STATUS.noSuchEventType,
    STATUS.invalidArgumentValue,
    STATUS.noSuchAction,
    STATUS.resourceLimitation,
  ],
};

const DATABASE: readonly ErrorCode[] = ['DATABASE_BUSY', 'DATABASE_FAILED', 'INTERNAL'];

/** Failures of the error table that a service can come upon. */
const FAILURES: Readonly<Record<Name, readonly ErrorCode[]>> = {
  echo: [],
  store: [
    'STORAGE_FULL',
    'STORAGE_WRITE_FAILED',
    'QUOTA_EXCEEDED',
    'IDENTIFIERS_INVALID',
    'DATA_SET_UNREADABLE',
    ...DATABASE,
  ],
  find: ['QUERY_INVALID', 'SEARCH_BUSY', 'SEARCH_TOO_BROAD', ...DATABASE],
  worklist: ['QUERY_INVALID', ...DATABASE],
  get: ['QUERY_INVALID', ...DATABASE],
  move: ['QUERY_INVALID', ...DATABASE],
  mpps: DATABASE,
  commitment: DATABASE,
};

const NAMES = Object.keys(SERVICE_TITLE) as Name[];

/** Every status that a service answers. */
export function statusTable(): Table {
  return [
    ['service', 'status', 'kind', 'meaning', 'source'],
    ...NAMES.flatMap((name) => statusesOf(name).map((status) => statusRow(name, status))),
  ];
}

function statusesOf(name: Name): number[] {
  const failures = FAILURES[name].map((code) => statusOf(code, name));
  return [...new Set([...OWN[name], ...failures, ...ALWAYS])];
}

function statusRow(name: Name, status: number): readonly string[] {
  const entry = statusEntry(DEFINED_IN[name], status) ?? statusEntry('normalized', status);
  if (entry === undefined) throw new Error(`${name} answers ${hex(status)}, which the Standard does not know`);
  return [SERVICE_TITLE[name], hex(status), entry.kind, entry.meaning, entry.source];
}

function hex(status: number): string {
  return status.toString(16).toUpperCase().padStart(4, '0');
}

/** Failures with their sentences and statuses. */
export function failureTable(): Table {
  const codes = [...new Set(NAMES.flatMap((name) => FAILURES[name]))];
  return [
    ['failure', 'status', '무슨 일', 'what happened'],
    ...codes.map((code) => {
      const statuses = NAMES.filter((name) => FAILURES[name].includes(code)).map(
        (name) => `${SERVICE_TITLE[name]} ${hex(statusOf(code, name))}`,
      );
      return [code, statuses.join(', '), ERRORS[code].ko, ERRORS[code].en];
    }),
  ];
}
