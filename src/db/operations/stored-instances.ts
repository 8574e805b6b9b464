/** Which stored files answer a retrieval, and which versions one SOP Instance UID has. */
import type { Connection, Connections } from '../connection.ts';

/** Any combination; UIDs and the Patient ID are exact. `fileId` finds a file of any role, everything else current instances only. */
export interface InstanceSelector {
  studyInstanceUid?: string;
  seriesInstanceUid?: string;
  sopInstanceUid?: string;
  patientId?: string;
  issuerOfPatientId?: string;
  fileId?: string;
  limit?: number;
}

export interface StoredInstanceRow {
  fileId: string;
  dataSetOffset: number;
  dataSetLength: number;
  sha256: string;
  role: 'current' | 'prior' | 'attention';
  studyId: number;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  sopClassUid: string;
  transferSyntaxUid: string;
  instanceNumber: string;
  numberOfFrames: number;
  rows: number | null;
  columns: number | null;
  modality: string;
  patientId: string;
  patientName: string;
  receivedAt: string;
  receiveSequence: number;
  callingAe: string;
  peerAddress: string;
}

const COLUMNS = `SELECT i.file_id AS fileId, i.data_set_offset AS dataSetOffset, i.data_set_length AS dataSetLength,
    lower(hex(i.sha256)) AS sha256, CASE i.role WHEN 0 THEN 'current' WHEN 1 THEN 'prior' ELSE 'attention' END AS role,
    st.id AS studyId, st.study_instance_uid AS studyInstanceUid, se.series_instance_uid AS seriesInstanceUid,
    i.sop_instance_uid AS sopInstanceUid, i.sop_class_uid AS sopClassUid, i.transfer_syntax_uid AS transferSyntaxUid,
    coalesce(i.instance_number, '') AS instanceNumber, max(1, CAST(coalesce(i.number_of_frames, '1') AS INTEGER)) AS numberOfFrames,
    CAST(i.rows AS INTEGER) AS rows, CAST(i.columns AS INTEGER) AS columns, coalesce(se.modality, '') AS modality,
    coalesce(st.patient_id, '') AS patientId, coalesce(st.patient_name, '') AS patientName, i.received_at AS receivedAt,
    i.receive_sequence AS receiveSequence, i.calling_ae AS callingAe, i.peer_address AS peerAddress`;

const FROM = 'FROM instances i JOIN series se ON se.id = i.series JOIN studies st ON st.id = se.study';

const SELECT = `${COLUMNS} ${FROM}`;

const READING_ORDER =
  'ORDER BY CAST(se.series_number AS INTEGER), se.id, CAST(i.instance_number AS INTEGER), i.receive_sequence';

/** In reading order: series number, then instance number, then order of receipt. */
export function findInstances({ index }: Connections, input: InstanceSelector): StoredInstanceRow[] {
  const { where, values } = whereOf(input);
  return index.all<StoredInstanceRow>(`${COLUMNS} ${where}`, ...values, input.limit ?? 100_000);
}

/** FROM, WHERE, ORDER BY and LIMIT of what a selector finds, in reading order; the limit is bound last. */
export function whereOf(input: InstanceSelector): { where: string; values: unknown[] } {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (condition: string, value: string | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  add('i.file_id = ?', input.fileId);
  add('i.sop_instance_uid = ?', input.sopInstanceUid);
  add('se.series_instance_uid = ?', input.seriesInstanceUid);
  add('st.study_instance_uid = ?', input.studyInstanceUid);
  add('st.patient_id = ?', input.patientId);
  if (conditions.length > 0) add("coalesce(st.issuer_of_patient_id, '') = ?", input.issuerOfPatientId);
  if (conditions.length === 0) conditions.push('0');
  if (input.fileId === undefined) conditions.push('i.role = 0');
  const where = `${FROM} WHERE ${conditions.join(' AND ')} ${READING_ORDER} LIMIT ?`;
  return { where, values };
}

/** One file's row, of any role. */
export function rowOfFile(index: Connection, fileId: string): StoredInstanceRow | undefined {
  return index.get<StoredInstanceRow>(`${SELECT} WHERE i.file_id = ?`, fileId);
}

/** The current files of a series in reading order, and whose they are; undefined when there are none. */
export function findSeriesFiles(
  { index }: Connections,
  input: { studyInstanceUid: string; seriesInstanceUid: string },
): { fileIds: string[]; patientId: string } | undefined {
  const rows = index.all<{ fileId: string; patientId: string }>(
    `SELECT i.file_id AS fileId, coalesce(st.patient_id, '') AS patientId
       FROM series se JOIN studies st ON st.id = se.study JOIN instances i ON i.series = se.id AND i.role = 0
      WHERE se.series_instance_uid = ? AND st.study_instance_uid = ? ${READING_ORDER}`,
    input.seriesInstanceUid,
    input.studyInstanceUid,
  );
  const [first] = rows;
  return first && { fileIds: rows.map(({ fileId }) => fileId), patientId: first.patientId };
}

/** Every stored file of one SOP Instance UID, oldest first. */
export function findVersions({ index }: Connections, input: { sopInstanceUid: string }): StoredInstanceRow[] {
  return index.all<StoredInstanceRow>(
    `${SELECT} WHERE i.sop_instance_uid = ? ORDER BY i.receive_sequence, i.id`,
    input.sopInstanceUid,
  );
}

/** Which of the given files have a row; start-up asks this about the unfinished batches. */
export function hasFiles({ index }: Connections, input: { fileIds: readonly string[] }): string[] {
  return input.fileIds.filter((fileId) => index.get('SELECT 1 FROM instances WHERE file_id = ?', fileId) !== undefined);
}

/** Bytes that unapproved devices have sent, by address. */
export function unapprovedBytes(
  { index }: Connections,
  _input: Record<string, never>,
): { address: string; bytes: number }[] {
  return index.all(
    `SELECT peer_address AS address, sum(data_set_length) AS bytes FROM instances INDEXED BY instances_unapproved
      WHERE device IS NULL GROUP BY peer_address`,
  );
}

/** The files received last, of any role. */
export function newestFiles({ index }: Connections, input: { limit: number }): { fileId: string }[] {
  return index.all('SELECT file_id AS fileId FROM instances ORDER BY id DESC LIMIT ?', input.limit);
}
