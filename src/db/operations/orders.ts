/** Rows of orders: created, changed, cancelled. All in records.sqlite: they survive the loss of the index. */
import { foldName } from '../../dicom/matching.ts';
import { parsePersonName } from '../../dicom/person-name.ts';
import type { Connection, Connections } from '../connection.ts';
import { hasImages } from './order-images.ts';

export type OrderStatus = 'scheduled' | 'in-progress' | 'completed' | 'discontinued' | 'cancelled';

/** What an order says, as text in DICOM form; '' where nothing is known. Codes are JSON arrays. */
export interface OrderContent {
  orderNumber: string;
  accessionNumber: string;
  requestedProcedureId: string;
  scheduledProcedureStepId: string;
  patientId: string;
  issuerOfPatientId: string;
  patientName: string;
  birthDate: string;
  sex: string;
  weight: string;
  medicalAlerts: string;
  allergies: string;
  pregnancyStatus: string;
  description: string;
  procedureCodes: string;
  reason: string;
  priority: string;
  referringPhysicianName: string;
  requestingPhysicianName: string;
  requestingService: string;
  modality: string;
  /** '' = for every device. */
  stationAeTitle: string;
  stationName: string;
  location: string;
  /** YYYYMMDD */
  startDate: string;
  /** HHMMSS; '' = any time of the day. */
  startTime: string;
  performingPhysicianName: string;
  stepDescription: string;
  protocolCodes: string;
  comments: string;
}

export type OrderField = keyof OrderContent;

export interface OrderRow extends OrderContent {
  id: number;
  status: OrderStatus;
  studyInstanceUid: string;
  createdAt: string;
  changedAt: string;
  startedAt: string | null;
  endedAt: string | null;
}

export const ORDER_FIELDS = [
  'orderNumber',
  'accessionNumber',
  'requestedProcedureId',
  'scheduledProcedureStepId',
  'patientId',
  'issuerOfPatientId',
  'patientName',
  'birthDate',
  'sex',
  'weight',
  'medicalAlerts',
  'allergies',
  'pregnancyStatus',
  'description',
  'procedureCodes',
  'reason',
  'priority',
  'referringPhysicianName',
  'requestingPhysicianName',
  'requestingService',
  'modality',
  'stationAeTitle',
  'stationName',
  'location',
  'startDate',
  'startTime',
  'performingPhysicianName',
  'stepDescription',
  'protocolCodes',
  'comments',
] as const satisfies readonly OrderField[];

/** `patientId` → `patient_id`. */
export function orderColumn(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const NAMES: readonly OrderField[] = [
  'patientName',
  'performingPhysicianName',
  'referringPhysicianName',
  'requestingPhysicianName',
];

const OTHER_FIELDS = ['id', 'status', 'studyInstanceUid', 'createdAt', 'changedAt', 'startedAt', 'endedAt'];

/** The columns of an OrderRow under their names. */
export const ORDER_COLUMNS = [...ORDER_FIELDS, ...OTHER_FIELDS]
  .map((field) => `${readColumn(field)} AS ${field}`)
  .join(', ');

function readColumn(field: string): string {
  return field === 'orderNumber' ? `coalesce(order_number, '')` : orderColumn(field);
}

export interface PutOrder {
  content: OrderContent;
  /** False: the date of `content` is for a new order only. */
  startDateIsGiven: boolean;
  /** Taken when the order is new. */
  studyInstanceUid: string;
  /** ISO 8601, UTC. */
  now: string;
}

export interface PutOutcome {
  order: OrderRow;
  /** `closed`: it differs from an order that is no longer scheduled, and nothing was changed. */
  kind: 'created' | 'changed' | 'unchanged' | 'closed';
}

/** Fields that an order keeps when whoever repeats it does not name them. */
const KEPT = ['accessionNumber', 'requestedProcedureId', 'scheduledProcedureStepId'] as const;

/**
 * Creates an order, or changes the one with the same order number, which may come as often as it likes. Accession
 * Number, Requested Procedure ID and Scheduled Procedure Step ID are made when they are not given.
 */
export function putOrder(
  connections: Connections,
  { content, startDateIsGiven, studyInstanceUid, now }: PutOrder,
): PutOutcome {
  const known = content.orderNumber === '' ? undefined : orderByNumber(connections, content.orderNumber);
  if (known === undefined) return { order: insertOrder(connections, content, studyInstanceUid, now), kind: 'created' };
  const wanted = { ...content };
  for (const field of KEPT) wanted[field] ||= known[field];
  if (!startDateIsGiven) wanted.startDate = known.startDate;
  return changeRow(connections, known, wanted, now);
}

/** Changes single fields of an order; undefined when there is none of that id. */
export function changeOrder(
  connections: Connections,
  { id, changes, now }: { id: number; changes: Partial<OrderContent>; now: string },
): PutOutcome | undefined {
  const known = orderById(connections, { id });
  return known && changeRow(connections, known, { ...known, ...changes }, now);
}

/** Takes a scheduled order back. `kind` 'closed' when it has begun, or has ended in another way. */
export function cancelOrder(
  connections: Connections,
  { id, now }: { id: number; now: string },
): PutOutcome | undefined {
  const known = orderById(connections, { id });
  if (known === undefined) return undefined;
  if (known.status === 'cancelled') return { order: known, kind: 'unchanged' };
  if (known.status !== 'scheduled') return { order: known, kind: 'closed' };
  connections.records.run(
    `UPDATE orders SET status = 'cancelled', changed_at = ?, ended_at = ? WHERE id = ?`,
    now,
    now,
    id,
  );
  return { order: { ...known, status: 'cancelled', changedAt: now, endedAt: now }, kind: 'changed' };
}

export function orderById(connections: Connections, { id }: { id: number }): OrderRow | undefined {
  return asItStands(
    connections,
    connections.records.get<OrderRow>(`SELECT ${ORDER_COLUMNS} FROM orders WHERE id = ?`, id),
  );
}

function orderByNumber(connections: Connections, orderNumber: string): OrderRow | undefined {
  const sql = `SELECT ${ORDER_COLUMNS} FROM orders WHERE order_number = ?`;
  return asItStands(connections, connections.records.get<OrderRow>(sql, orderNumber));
}

/** A device that never tells us what it does has done an order when images of it are here. */
export function asItStands<T extends OrderRow | undefined>({ index }: Connections, order: T): T {
  return order !== undefined && hasImages(index, order) ? { ...order, status: 'completed' } : order;
}

function changeRow({ records }: Connections, known: OrderRow, wanted: OrderContent, now: string): PutOutcome {
  const changed = ORDER_FIELDS.filter((field) => wanted[field] !== known[field]);
  if (changed.length === 0) return { order: known, kind: 'unchanged' };
  if (known.status !== 'scheduled') return { order: known, kind: 'closed' };
  const columns = { ...columnsOf(wanted, changed), changed_at: now };
  const sets = Object.keys(columns).map((column) => `${column} = ?`);
  records.run(`UPDATE orders SET ${sets.join(', ')} WHERE id = ?`, ...Object.values(columns), known.id);
  const content = Object.fromEntries(changed.map((field) => [field, wanted[field]]));
  return { order: { ...known, ...content, changedAt: now }, kind: 'changed' };
}

/** Values by column, with the folded groups of the names among them. */
function columnsOf(content: OrderContent, fields: readonly OrderField[]): Record<string, string | null> {
  const columns: Record<string, string | null> = {};
  for (const field of fields) {
    columns[orderColumn(field)] = field === 'orderNumber' ? content[field] || null : content[field];
    if (NAMES.includes(field)) columns[`folded_${orderColumn(field)}`] = foldedGroups(content[field]);
  }
  return columns;
}

function foldedGroups(name: string): string {
  const groups = Object.values(parsePersonName(name))
    .filter((group) => group !== '')
    .map(foldName);
  const forms = groups.flatMap((group) => [group, group.replaceAll('^', ''), group.replaceAll('^', ' ')]);
  return JSON.stringify([...new Set(forms)]);
}

function insertOrder(connections: Connections, content: OrderContent, studyInstanceUid: string, now: string): OrderRow {
  const { records } = connections;
  const id = (records.get<{ id: number | null }>('SELECT max(id) AS id FROM orders')?.id ?? 0) + 1;
  const full: OrderContent = {
    ...content,
    accessionNumber: content.accessionNumber || freeAccessionNumber(connections, id, content.startDate),
    requestedProcedureId: content.requestedProcedureId || `RP${id}`,
    scheduledProcedureStepId: content.scheduledProcedureStepId || `SP${id}`,
  };
  const columns = {
    ...columnsOf(full, ORDER_FIELDS),
    id,
    status: 'scheduled',
    study_instance_uid: studyInstanceUid,
    created_at: now,
    changed_at: now,
  };
  const names = Object.keys(columns);
  records.run(
    `INSERT INTO orders (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ...Object.values(columns),
  );
  return orderById(connections, { id }) as OrderRow;
}

/** `CP`, the day and a number: at most 16 characters, and on no order and no image that is here. */
function freeAccessionNumber({ records, index }: Connections, id: number, startDate: string): string {
  for (let number = id; ; number++) {
    const candidate = `CP${startDate.slice(2)}${String(number % 1e8).padStart(4, '0')}`;
    if (!isTaken(records, 'orders', candidate) && !isTaken(index, 'studies', candidate)) return candidate;
  }
}

function isTaken(connection: Connection, table: 'orders' | 'studies', accessionNumber: string): boolean {
  return connection.get(`SELECT 1 FROM ${table} WHERE accession_number = ? LIMIT 1`, accessionNumber) !== undefined;
}
