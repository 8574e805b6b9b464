/** What the backup asks: the files that came after a place in the change log, and consistent copies of the databases. */
import { randomInt } from 'node:crypto';
import { Connection, type Connections } from '../connection.ts';
import { changesHead } from './changes.ts';
import type { Cursor } from './cursors.ts';

export interface FileToCopy {
  /** Place in the change log. */
  seq: number;
  fileId: string;
  dataSetOffset: number;
  dataSetLength: number;
  /** Of the data set, hex. */
  sha256: string;
  receiveSequence: number;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
}

/** What proves one stored file. */
export type FileToProve = Pick<FileToCopy, 'fileId' | 'dataSetOffset' | 'dataSetLength' | 'sha256'>;

export interface QuarantinedToCopy {
  id: number;
  file: string;
  dataSetOffset: number;
  bytes: number;
  sha256: string;
}

/** Bounds: after `after`, up to `until`. */
export interface Span {
  after: number;
  until: number;
}

/** Kinds that bring a file; each file has exactly one such line. */
const BRINGS_A_FILE = "('instance.stored', 'instance.replaced', 'instance.attention')";

export function filesToCopy({ index }: Connections, input: Span & { limit: number }): FileToCopy[] {
  return index.all<FileToCopy>(
    `SELECT c.seq, i.file_id AS fileId, i.data_set_offset AS dataSetOffset, i.data_set_length AS dataSetLength,
            lower(hex(i.sha256)) AS sha256, i.receive_sequence AS receiveSequence,
            st.study_instance_uid AS studyInstanceUid, se.series_instance_uid AS seriesInstanceUid,
            i.sop_instance_uid AS sopInstanceUid
       FROM changes c JOIN instances i ON i.id = c.instance JOIN series se ON se.id = i.series
            JOIN studies st ON st.id = se.study
      WHERE c.seq > ? AND c.seq <= ? AND c.kind IN ${BRINGS_A_FILE} ORDER BY c.seq LIMIT ?`,
    input.after,
    input.until,
    input.limit,
  );
}

/** How many files lie in the span, and how many bytes they have. */
export function filesToCopyTotal({ index }: Connections, input: Span): { files: number; bytes: number } {
  return index.get(
    `SELECT count(*) AS files, coalesce(sum(i.data_set_offset + i.data_set_length), 0) AS bytes
       FROM changes c JOIN instances i ON i.id = c.instance
      WHERE c.seq > ? AND c.seq <= ? AND c.kind IN ${BRINGS_A_FILE}`,
    input.after,
    input.until,
  ) as { files: number; bytes: number };
}

/** Some stored files: half of `count` the newest, the rest by chance. Each look-up is by the key; nothing is walked. */
export function filesToProve({ index }: Connections, { count }: { count: number }): FileToProve[] {
  const columns = `file_id AS fileId, data_set_offset AS dataSetOffset, data_set_length AS dataSetLength,
                   lower(hex(sha256)) AS sha256`;
  const newest = index.all<FileToProve>(`SELECT ${columns} FROM instances ORDER BY id DESC LIMIT ?`, count >> 1);
  const { low, high } = index.get('SELECT min(id) AS low, max(id) AS high FROM instances') as {
    low: number | null;
    high: number | null;
  };
  if (low === null || high === null) return newest;
  const found = new Map(newest.map((file) => [file.fileId, file]));
  for (let tries = count; tries > 0 && found.size < count; tries--) {
    const at = low + randomInt(high - low + 1);
    const file = index.get<FileToProve>(`SELECT ${columns} FROM instances WHERE id >= ? ORDER BY id LIMIT 1`, at);
    if (file) found.set(file.fileId, file);
  }
  return [...found.values()];
}

export interface StudyInCopy {
  patientId: string;
  patientName: string;
  studyInstanceUid: string;
  studyDate: string;
  studyDescription: string;
  modalities: string;
  instances: number;
  bytes: number;
}

/**
 * Studies of a copy of the index, newest first, for somebody who looks into a backup.
 * @param input `text`: a Patient ID, a Study Instance UID, or a part of a name; all when empty
 */
export function studiesInCopy({ index }: Connections, input: { text: string; limit: number }): StudyInCopy[] {
  return index.all<StudyInCopy>(
    `SELECT coalesce(patient_id, '') AS patientId, coalesce(patient_name, '') AS patientName,
            study_instance_uid AS studyInstanceUid, coalesce(study_date, '') AS studyDate,
            coalesce(study_description, '') AS studyDescription, modalities_in_study AS modalities,
            number_of_study_related_instances AS instances, bytes
       FROM studies WHERE ? = '' OR patient_id = ? OR study_instance_uid = ? OR instr(search_text, lower(?)) > 0
      ORDER BY study_date DESC, receive_sequence DESC LIMIT ?`,
    ...[input.text, input.text, input.text, input.text],
    input.limit,
  );
}

/** Every file of a patient, earlier versions too. */
export function filesOfPatient(
  { index }: Connections,
  input: { patientId: string },
): { fileId: string; studyInstanceUid: string }[] {
  return index.all(
    `SELECT i.file_id AS fileId, st.study_instance_uid AS studyInstanceUid
       FROM studies st JOIN series se ON se.study = st.id JOIN instances i ON i.series = se.id WHERE st.patient_id = ?`,
    input.patientId,
  );
}

export function quarantinedToCopy({ records }: Connections, input: Span & { limit: number }): QuarantinedToCopy[] {
  return records.all<QuarantinedToCopy>(
    `SELECT id, file, data_set_offset AS dataSetOffset, bytes, sha256 FROM quarantine
      WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
    input.after,
    input.until,
    input.limit,
  );
}

export function quarantineHead({ records }: Connections, _input: Record<string, never>): number {
  return records.get<{ id: number | null }>('SELECT max(id) AS id FROM quarantine')?.id ?? 0;
}

/**
 * Writes a consistent copy of one database into a new file, while others go on writing, and checks the copy. Takes time
 * in proportion to the database, during which this connection answers nothing else.
 * @returns of the index, the last line of the change log in the copy
 * @throws when the file exists, the disk is full, or the copy does not pass SQLite's integrity check
 */
export function snapshot(
  connections: Connections,
  input: { database: 'index' | 'records'; file: string },
): Cursor | undefined {
  connections[input.database].run('VACUUM INTO ?', input.file);
  const copy = new Connection(input.file, 'read');
  try {
    const result = copy.sqlite.pragma('integrity_check(1)', { simple: true });
    if (result !== 'ok') {
      throw Object.assign(new Error(`the copy of ${input.database}.sqlite: ${result}`), { code: 'SQLITE_CORRUPT' });
    }
    return input.database === 'index' ? changesHead({ ...connections, index: copy }, {}) : undefined;
  } finally {
    copy.close();
  }
}
