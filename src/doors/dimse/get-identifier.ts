/** C-GET and C-MOVE identifiers: which stored instances are meant (PS3.4 sections C.4.2.1.4 and C.4.3.1.3). */
import type { Retriever } from '../../archive/retrieve.ts';
import { type DataSet, texts } from '../../dicom/data-set.ts';
import { ArchiveError } from '../../errors.ts';
import { levelOf, type QueryRoot } from './query-root.ts';

type Selector = Parameters<Retriever['select']>[0][number];

const PATIENT_ID = 0x00100020;
const ISSUER_OF_PATIENT_ID = 0x00100021;
const STUDY_INSTANCE_UID = 0x0020000d;
const SERIES_INSTANCE_UID = 0x0020000e;
const SOP_INSTANCE_UID = 0x00080018;

/** UIDs that one request may list. */
export const MOST_UIDS = 10_000;

/**
 * One selector per listed value of the level's unique key. Keys of the levels above narrow where they are given and are
 * not missed where they are not: UIDs are unique, and viewers leave them out. PATIENT level is taken in the Study Root model
 * too: Orthanc retrieves patients so.
 * Throws ArchiveError QUERY_INVALID when the level or its key is missing.
 */
export function selectorsOf(identifier: DataSet, root: QueryRoot): Selector[] {
  const level = levelOf(identifier, 'PATIENT');
  const issuer = only(identifier, ISSUER_OF_PATIENT_ID, 'issuerOfPatientId');
  if (level === 'PATIENT') {
    const patients = required(values(identifier, PATIENT_ID), 'Patient ID');
    return patients.map((patientId) => ({ patientId, ...issuer }));
  }
  const patient = root === 'PATIENT' ? only(identifier, PATIENT_ID, 'patientId') : {};
  if (level === 'STUDY') {
    const studies = required(values(identifier, STUDY_INSTANCE_UID), 'Study Instance UID');
    return studies.map((studyInstanceUid) => ({ ...patient, studyInstanceUid }));
  }
  const study = { ...patient, ...only(identifier, STUDY_INSTANCE_UID, 'studyInstanceUid') };
  if (level === 'SERIES') {
    const series = required(values(identifier, SERIES_INSTANCE_UID), 'Series Instance UID');
    return series.map((seriesInstanceUid) => ({ ...study, seriesInstanceUid }));
  }
  const above = { ...study, ...only(identifier, SERIES_INSTANCE_UID, 'seriesInstanceUid') };
  const images = required(values(identifier, SOP_INSTANCE_UID), 'SOP Instance UID');
  return images.map((sopInstanceUid) => ({ ...above, sopInstanceUid }));
}

/** The key of a level above, when it has one value. */
function only<Name extends keyof Selector>(identifier: DataSet, tag: number, name: Name): { [key in Name]?: string } {
  const [value, ...more] = values(identifier, tag);
  return value === undefined || more.length > 0 ? {} : ({ [name]: value } as { [key in Name]?: string });
}

function values(identifier: DataSet, tag: number): string[] {
  return [...new Set(texts(identifier, tag).filter((value) => value !== ''))];
}

function required(found: string[], what: string): string[] {
  if (found.length === 0) throw new ArchiveError('QUERY_INVALID', `no ${what}`);
  if (found.length > MOST_UIDS) throw new ArchiveError('QUERY_INVALID', `more than ${MOST_UIDS} values`);
  return found;
}
