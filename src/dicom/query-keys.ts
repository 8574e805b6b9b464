/**
 * The attributes that can be asked for and matched: one table behind C-FIND, QIDO-RS, the index and CONFORMANCE.md
 * (PS3.4 section C.6.2.1, PS3.18 section 10.6).
 */
import { keywordOf, vrOf } from './dictionary.ts';

/** Q/R level at which an attribute lives; the patient's are answered with the study's in the Study Root model. */
export type QueryLevel = 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE';

const LEVELS: readonly QueryLevel[] = ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'];

/** How a value is compared: `uid` one or a list, `single` exact, `none` returned only. */
type KeyMatching = 'uid' | 'single' | 'wildcard' | 'name' | 'date' | 'time' | 'none';

export interface QueryKey {
  readonly tag: number;
  readonly keyword: string;
  readonly vr: string;
  readonly level: QueryLevel;
  /** Column of the index, or null when the value is computed or only returned. */
  readonly column: string | null;
  readonly matching: KeyMatching;
  /** Unique, required or answered always (PS3.4 Table C.6-1 to C.6-5, PS3.18 Tables 10.6.3-3 to 10.6.3-5). */
  readonly required?: boolean;
}

type Row = readonly [tag: number, matching: KeyMatching, flags?: 'required' | 'computed' | 'required computed'];

const PATIENT_ROWS: readonly Row[] = [
  [0x00100010, 'name', 'required'], // PatientName
  [0x00100020, 'wildcard', 'required'], // PatientID
  [0x00100021, 'wildcard'], // IssuerOfPatientID
  [0x00100030, 'date'], // PatientBirthDate
  [0x00100032, 'time'], // PatientBirthTime
  [0x00100040, 'single'], // PatientSex
  [0x00201200, 'none', 'computed'], // NumberOfPatientRelatedStudies
  [0x00201202, 'none', 'computed'], // NumberOfPatientRelatedSeries
  [0x00201204, 'none', 'computed'], // NumberOfPatientRelatedInstances
];

const STUDY_ROWS: readonly Row[] = [
  [0x00080020, 'date', 'required'], // StudyDate
  [0x00080030, 'time', 'required'], // StudyTime
  [0x00080050, 'wildcard', 'required'], // AccessionNumber
  [0x00080061, 'wildcard', 'computed'], // ModalitiesInStudy
  [0x00080062, 'uid', 'computed'], // SOPClassesInStudy
  [0x00080090, 'name'], // ReferringPhysicianName
  [0x00080201, 'none'], // TimezoneOffsetFromUTC
  [0x00081030, 'wildcard'], // StudyDescription
  [0x00081060, 'name'], // NameOfPhysiciansReadingStudy
  [0x00101010, 'wildcard'], // PatientAge
  [0x0020000d, 'uid', 'required'], // StudyInstanceUID
  [0x00200010, 'wildcard', 'required'], // StudyID
  [0x00201206, 'none', 'computed'], // NumberOfStudyRelatedSeries
  [0x00201208, 'none', 'computed'], // NumberOfStudyRelatedInstances
];

const SERIES_ROWS: readonly Row[] = [
  [0x00080021, 'date'], // SeriesDate
  [0x00080031, 'time'], // SeriesTime
  [0x00080060, 'wildcard', 'required'], // Modality
  [0x00080070, 'wildcard'], // Manufacturer
  [0x00080080, 'wildcard'], // InstitutionName
  [0x00081010, 'wildcard'], // StationName
  [0x0008103e, 'wildcard'], // SeriesDescription
  [0x00081090, 'wildcard'], // ManufacturerModelName
  [0x00180015, 'wildcard'], // BodyPartExamined
  [0x00181030, 'wildcard'], // ProtocolName
  [0x0020000e, 'uid', 'required'], // SeriesInstanceUID
  [0x00200011, 'single', 'required'], // SeriesNumber
  [0x00200060, 'single'], // Laterality
  [0x00201209, 'none', 'computed'], // NumberOfSeriesRelatedInstances
  [0x00400244, 'date'], // PerformedProcedureStepStartDate
  [0x00400245, 'time'], // PerformedProcedureStepStartTime
  [0x00400253, 'wildcard'], // PerformedProcedureStepID
];

const IMAGE_ROWS: readonly Row[] = [
  [0x00080008, 'wildcard'], // ImageType
  [0x00080012, 'date'], // InstanceCreationDate
  [0x00080016, 'uid'], // SOPClassUID
  [0x00080018, 'uid', 'required'], // SOPInstanceUID
  [0x00080023, 'date'], // ContentDate
  [0x00080033, 'time'], // ContentTime
  [0x00083002, 'none', 'computed'], // AvailableTransferSyntaxUID
  [0x00200013, 'single', 'required'], // InstanceNumber
  [0x00280008, 'none'], // NumberOfFrames
  [0x00280010, 'none'], // Rows
  [0x00280011, 'none'], // Columns
  [0x00280100, 'none'], // BitsAllocated
];

function toKey(level: QueryLevel, [tag, matching, flags = undefined]: Row): QueryKey {
  const keyword = keywordOf(tag) ?? '';
  const column = flags?.includes('computed') ? null : snakeCase(keyword);
  return {
    tag,
    keyword,
    vr: vrOf(tag),
    level,
    column,
    matching,
    ...(flags?.includes('required') ? { required: true } : {}),
  };
}

/** `StudyInstanceUID` → `study_instance_uid`. */
function snakeCase(keyword: string): string {
  return keyword.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3_$2').toLowerCase();
}

/** Every key, in the order of level and tag. */
export const QUERY_KEYS: readonly QueryKey[] = [
  ...PATIENT_ROWS.map((row) => toKey('PATIENT', row)),
  ...STUDY_ROWS.map((row) => toKey('STUDY', row)),
  ...SERIES_ROWS.map((row) => toKey('SERIES', row)),
  ...IMAGE_ROWS.map((row) => toKey('IMAGE', row)),
];

const byTag = new Map(QUERY_KEYS.map((key) => [key.tag, key]));

/** The key with this tag, or undefined when the attribute cannot be queried. */
export function queryKey(tag: number): QueryKey | undefined {
  return byTag.get(tag);
}

/** Dates and the times that belong to them: together they may be asked for as one span (PS3.4 section C.2.2.2.5). */
export const DATE_TIME_PAIRS: readonly (readonly [date: number, time: number])[] = [
  [0x00100030, 0x00100032], // PatientBirthDate, PatientBirthTime
  [0x00080020, 0x00080030], // StudyDate, StudyTime
  [0x00080021, 0x00080031], // SeriesDate, SeriesTime
  [0x00080023, 0x00080033], // ContentDate, ContentTime
  [0x00400244, 0x00400245], // PerformedProcedureStepStartDate, PerformedProcedureStepStartTime
];

/** Counts over all of a patient's studies. */
const PATIENT_LEVEL_ONLY: ReadonlySet<number> = new Set([0x00201200, 0x00201202, 0x00201204]);

/** Do answers at this level carry the key: is it one of the level or of a level above? */
export function isAnsweredAt(tag: number, level: QueryLevel): boolean {
  const key = byTag.get(tag);
  if (key === undefined || LEVELS.indexOf(key.level) > LEVELS.indexOf(level)) return false;
  return level === 'PATIENT' || !PATIENT_LEVEL_ONLY.has(tag);
}
