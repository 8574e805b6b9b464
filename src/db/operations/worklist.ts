/** What the pages ask: the study list, one study, what needs attention, and the counts of the index. */
import type { Connections } from '../connection.ts';
import { candidates } from './text-search.ts';

export interface StudySearch {
  /** Part of a name (any script, 초성 too) or of a Patient ID or Accession Number. */
  text?: string;
  /** Inclusive study dates, YYYYMMDD. */
  from?: string;
  to?: string;
  /**
   * ISO instant (UTC): studies that arrived since then match too, whatever their date says, and the newest arrival comes
   * first. What a modality with a wrong clock or a CD brought today must not be missing from today's list.
   */
  arrivedSince?: string;
  modalities?: string[];
  patientId?: string;
  accessionNumber?: string;
  limit: number;
  /** The last row of the page before. */
  after?: { studyDate: string; receiveSequence: number };
}

export interface StudyRow {
  id: number;
  studyInstanceUid: string;
  patientId: string;
  patientName: string;
  birthDate: string;
  sex: string;
  studyDate: string;
  studyTime: string;
  description: string;
  accessionNumber: string;
  modalities: string;
  seriesCount: number;
  instanceCount: number;
  receivedAt: string;
  lastReceivedAt: string;
  receiveSequence: number;
}

const STUDY = `SELECT id, study_instance_uid AS studyInstanceUid, coalesce(patient_id, '') AS patientId,
    coalesce(patient_name, '') AS patientName, coalesce(patient_birth_date, '') AS birthDate, coalesce(patient_sex, '') AS sex,
    coalesce(study_date, '') AS studyDate, coalesce(study_time, '') AS studyTime, coalesce(study_description, '') AS description,
    coalesce(accession_number, '') AS accessionNumber, modalities_in_study AS modalities,
    number_of_study_related_series AS seriesCount, number_of_study_related_instances AS instanceCount,
    received_at AS receivedAt, last_received_at AS lastReceivedAt, receive_sequence AS receiveSequence
  FROM studies`;

/** Newest study date first, then newest arrival (`arrivedSince`: newest arrival first); `limit` rows at most. */
export function searchStudies({ index }: Connections, search: StudySearch): StudyRow[] {
  const conditions = ['in_time(id)', 'number_of_study_related_instances > 0'];
  const values: unknown[] = [];
  const add = (condition: string, ...given: unknown[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  addPeriod(search, add);
  if (search.patientId) add('patient_id = ?', search.patientId);
  if (search.accessionNumber) add('accession_number = ?', search.accessionNumber);
  if (search.text) {
    add('instr(search_text, ?) > 0', search.text);
    const studies = candidates(index, [search.text], search.limit);
    if (studies) add('id IN (SELECT value FROM json_each(?))', JSON.stringify(studies));
  }
  if (search.modalities && search.modalities.length > 0) {
    const any = search.modalities.map(() => "instr('\\' || modalities_in_study || '\\', ?) > 0").join(' OR ');
    add(`(${any})`, ...search.modalities.map((modality) => `\\${modality}\\`));
  }
  const byArrival = search.arrivedSince !== undefined;
  if (search.after && byArrival) add('receive_sequence < ?', search.after.receiveSequence);
  else if (search.after) {
    add("(coalesce(study_date, ''), receive_sequence) < (?, ?)", search.after.studyDate, search.after.receiveSequence);
  }
  const order = byArrival ? 'receive_sequence DESC' : 'study_date DESC, receive_sequence DESC';
  return index.all<StudyRow>(
    `${STUDY} WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ?`,
    ...values,
    search.limit,
  );
}

/** Both halves of the OR have an index, so today's list costs what today brought. */
function addPeriod(
  { from, to, arrivedSince }: StudySearch,
  add: (condition: string, ...given: unknown[]) => void,
): void {
  if (arrivedSince === undefined) {
    if (from) add('study_date >= ?', from);
    if (to) add('study_date <= ?', to);
    return;
  }
  add(
    '((study_date >= ? AND study_date <= ?) OR received_at >= ?)',
    from ?? '',
    to ?? '99999999',
    new Date(arrivedSince).toISOString(),
  );
}

export interface SeriesRow {
  seriesInstanceUid: string;
  modality: string;
  number: string;
  description: string;
  instanceCount: number;
}

export function studyById(
  { index }: Connections,
  input: { id: number },
): (StudyRow & { series: SeriesRow[] }) | undefined {
  const study = index.get<StudyRow>(`${STUDY} WHERE id = ?`, input.id);
  if (!study) return undefined;
  const series = index.all<SeriesRow>(
    `SELECT series_instance_uid AS seriesInstanceUid, coalesce(modality, '') AS modality, coalesce(series_number, '') AS number,
            coalesce(series_description, '') AS description, number_of_series_related_instances AS instanceCount
       FROM series WHERE study = ? AND number_of_series_related_instances > 0 ORDER BY CAST(series_number AS INTEGER), id`,
    input.id,
  );
  return { ...study, series };
}

export interface AttentionCopy {
  fileId: string;
  sopInstanceUid: string;
  studyInstanceUid: string;
  patientId: string;
  patientName: string;
  receivedAt: string;
  callingAe: string;
  peerAddress: string;
}

export interface SharedStudyUid {
  studyInstanceUid: string;
  studies: { id: number; patientId: string; patientName: string }[];
}

/** Newcomers kept aside, and Study Instance UIDs that lie under more than one patient. */
export function attention(
  { index }: Connections,
  input: { limit: number },
): { copies: AttentionCopy[]; sharedStudyUids: SharedStudyUid[] } {
  const copies = index.all<AttentionCopy>(
    `SELECT i.file_id AS fileId, i.sop_instance_uid AS sopInstanceUid, st.study_instance_uid AS studyInstanceUid,
            coalesce(st.patient_id, '') AS patientId, coalesce(st.patient_name, '') AS patientName, i.received_at AS receivedAt,
            i.calling_ae AS callingAe, i.peer_address AS peerAddress
       FROM instances i JOIN series se ON se.id = i.series JOIN studies st ON st.id = se.study
      WHERE i.role = 2 ORDER BY i.id DESC LIMIT ?`,
    input.limit,
  );
  const shared = index.all<{ uid: string }>(
    `SELECT study_instance_uid AS uid FROM studies INDEXED BY studies_sharing_uid
      WHERE shares_uid = 1 AND number_of_study_related_instances > 0
      GROUP BY study_instance_uid HAVING count(*) > 1 LIMIT ?`,
    input.limit,
  );
  const sharedStudyUids = shared.map(({ uid }) => ({
    studyInstanceUid: uid,
    studies: index.all<SharedStudyUid['studies'][number]>(
      `SELECT id, coalesce(patient_id, '') AS patientId, coalesce(patient_name, '') AS patientName FROM studies
        WHERE study_instance_uid = ? AND number_of_study_related_instances > 0`,
      uid,
    ),
  }));
  return { copies, sharedStudyUids };
}

export function indexCounts(
  { index }: Connections,
  _input: Record<string, never>,
): { studies: number; instances: number; maxReceiveSequence: number } {
  return index.get(
    `SELECT (SELECT count(*) FROM studies) AS studies, (SELECT coalesce(max(id), 0) FROM instances) AS instances,
            (SELECT coalesce(max(receive_sequence), 0) FROM instances WHERE id > (SELECT max(id) - 1000 FROM instances)) AS maxReceiveSequence`,
  ) as { studies: number; instances: number; maxReceiveSequence: number };
}
