/**
 * One stored file becomes rows: study, series, instance and one change line, in the caller's transaction.
 *
 * Which of several files with one SOP Instance UID is current is decided from the whole set, in the order of receipt,
 * so a rebuild of the index arrives at the same roles whatever order it reads the files in:
 * the first file is current; a later one with other bytes from the same approved device, for the same study and
 * patient, becomes current and its forerunner a prior version; any other newcomer needs attention.
 */
import type { Connection, Connections } from '../connection.ts';
import type { ChangeKind } from './changes.ts';
import { insertInstance, seriesRow, studyRow } from './instance-rows.ts';

export const ROLE = { current: 0, prior: 1, attention: 2 } as const;

export interface RegisteredFile {
  fileId: string;
  dataSetOffset: number;
  dataSetLength: number;
  /** SHA-256 of the data set bytes, 32 bytes. */
  sha256: Uint8Array;
  transferSyntaxUid: string;
  receivedAt: string;
  receiveSequence: number;
  callingAe: string;
  peerAddress: string;
  /** Approved device or web user; null when unapproved. */
  device: string | null;
  via: string;
  /** Identity of the patient within this archive: the Patient ID, or name and birth date where there is none. */
  patientKey: string;
  /** Folded PatientName groups and the text that the worklist page searches in. */
  nameAlphabetic: string;
  nameIdeographic: string;
  namePhonetic: string;
  searchText: string;
  /** Values by column name of QUERY_KEYS, multiple values joined by a backslash. */
  attributes: Record<string, string>;
}

export interface Registration {
  kind: 'stored' | 'already-stored' | 'new-version' | 'needs-attention';
  /** The file that holds these bytes: the given one, or the one that was there before. */
  fileId: string;
}

interface Copy {
  id: number;
  role: number | null;
  fileId: string;
  series: number;
  study: number;
  device: string | null;
  sha256: Uint8Array;
  receiveSequence: number;
  bytes: number;
}

export function registerInstance({ index }: Connections, file: RegisteredFile): Registration {
  const sopInstanceUid = file.attributes.sop_instance_uid ?? '';
  const known = copiesOf(index, sopInstanceUid);
  const same = known.find((copy) => copy.fileId === file.fileId || Buffer.compare(copy.sha256, file.sha256) === 0);
  if (same) return { kind: 'already-stored', fileId: same.fileId };
  const study = studyRow(index, file);
  const series = seriesRow(index, study, file);
  const id = insertInstance(index, series, ROLE.current, file);
  assignRoles(index, known.length === 0 ? undefined : copiesOf(index, sopInstanceUid), id, series, study, file);
  const kind = known.length === 0 ? 'stored' : outcomeOf(index, id);
  index.run('INSERT INTO changes (kind, instance, at) VALUES (?, ?, ?)', CHANGE_OF[kind], id, file.receivedAt);
  return { kind, fileId: file.fileId };
}

const CHANGE_OF: Record<'stored' | 'new-version' | 'needs-attention', ChangeKind> = {
  stored: 'instance.stored',
  'new-version': 'instance.replaced',
  'needs-attention': 'instance.attention',
};

/** What became of a file that was not the first with its SOP Instance UID. */
function outcomeOf(index: Connection, id: number): 'new-version' | 'needs-attention' {
  const role = index.get<{ role: number }>('SELECT role FROM instances WHERE id = ?', id)?.role;
  return role === ROLE.attention ? 'needs-attention' : 'new-version';
}

function copiesOf(index: Connection, sopInstanceUid: string): Copy[] {
  return index.all<Copy>(
    `SELECT i.id, i.role, i.file_id AS fileId, i.series, s.study, i.device, i.sha256,
            i.receive_sequence AS receiveSequence, i.data_set_length AS bytes
       FROM instances i JOIN series s ON s.id = i.series
      WHERE i.sop_instance_uid = ? ORDER BY i.receive_sequence, i.id`,
    sopInstanceUid,
  );
}

/** Replays the arrivals of one SOP Instance UID and corrects every role and count that differs. */
function assignRoles(
  index: Connection,
  copies: Copy[] | undefined,
  id: number,
  series: number,
  study: number,
  file: RegisteredFile,
): void {
  if (!copies) {
    count(index, { series, study, bytes: file.dataSetLength }, 1);
    return;
  }
  const roles = decideRoles(copies);
  for (const copy of copies) {
    const role = roles.get(copy.id) ?? ROLE.attention;
    // The new row was inserted as current without being counted yet.
    const counted = copy.id === id ? false : copy.role === ROLE.current;
    if (counted && role !== ROLE.current) count(index, copy, -1);
    if (!counted && role === ROLE.current) count(index, copy, 1);
    if (role !== copy.role) index.run('UPDATE instances SET role = ? WHERE id = ?', role, copy.id);
  }
}

/** The rule of the head comment; `copies` in the order of receipt. */
export function decideRoles(copies: readonly Pick<Copy, 'id' | 'device' | 'study'>[]): Map<number, number> {
  const roles = new Map<number, number>();
  let current: Pick<Copy, 'id' | 'device' | 'study'> | undefined;
  for (const copy of copies) {
    if (!current) {
      current = copy;
      roles.set(copy.id, ROLE.current);
    } else if (copy.device !== null && copy.device === current.device && copy.study === current.study) {
      roles.set(current.id, ROLE.prior);
      roles.set(copy.id, ROLE.current);
      current = copy;
    } else roles.set(copy.id, ROLE.attention);
  }
  return roles;
}

/** Adds (`step` 1) or takes away (-1) one current instance in the counts of its series and study. */
function count(index: Connection, of: { series: number; study: number; bytes: number }, step: 1 | -1): void {
  const left = index.get<{ n: number }>(
    `UPDATE series SET number_of_series_related_instances = number_of_series_related_instances + ? WHERE id = ?
     RETURNING number_of_series_related_instances AS n`,
    step,
    of.series,
  )?.n;
  const appeared = step === 1 && left === 1;
  const vanished = step === -1 && left === 0;
  index.run(
    `UPDATE studies SET number_of_study_related_instances = number_of_study_related_instances + ?, bytes = bytes + ?,
       number_of_study_related_series = number_of_study_related_series + ? WHERE id = ?`,
    step,
    step * of.bytes,
    appeared ? 1 : vanished ? -1 : 0,
    of.study,
  );
  if (appeared || vanished) refreshStudyLists(index, of.study);
}

function refreshStudyLists(index: Connection, study: number): void {
  index.run(
    `UPDATE studies SET modalities_in_study = coalesce((SELECT group_concat(modality, '\\') FROM
       (SELECT DISTINCT modality FROM series WHERE study = studies.id AND number_of_series_related_instances > 0
          AND modality IS NOT NULL ORDER BY modality)), '')
     WHERE id = ?`,
    study,
  );
}
