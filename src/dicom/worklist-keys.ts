/**
 * The attributes of a Modality Worklist item: one table behind matching, answers and CONFORMANCE.md (PS3.4 Table K.6-1).
 */
import { keywordOf, vrOf } from './dictionary.ts';

/** Of the item's root, or of its one Scheduled Procedure Step Sequence item. */
export type WorklistPlace = 'request' | 'step';

/**
 * How a value is compared: `text` single, wildcard or list; `name` in any group, without regard to case; `start-date`
 * and `start-time` together where both are ranges; `station` also matches orders for every device; `codes` by an item with parts of a code; `none`
 * returned only.
 */
export type WorklistMatching =
  | 'text'
  | 'name'
  | 'date'
  | 'uid'
  | 'start-date'
  | 'start-time'
  | 'station'
  | 'status'
  | 'codes'
  | 'none';

export interface WorklistKey {
  readonly tag: number;
  readonly keyword: string;
  readonly vr: string;
  readonly place: WorklistPlace;
  readonly matching: WorklistMatching;
  /** Field of an order; null when this archive knows no value, so that the answer is empty. */
  readonly field: string | null;
  /** Type of the return key. */
  readonly returnType: '1' | '1C' | '2' | '2C' | '3';
  /** Required as a matching key. */
  readonly required: boolean;
}

type Row = readonly [
  tag: number,
  returnType: WorklistKey['returnType'],
  field: string | null,
  matching?: WorklistMatching,
  required?: 'required',
];

const STEP_ROWS: readonly Row[] = [
  [0x00080060, '1', 'modality', 'text', 'required'],
  [0x0018990c, '1C', null], // ReferencedDefinedProtocolSequence
  [0x0018990d, '1C', null], // ReferencedPerformedProtocolSequence
  [0x00321070, '2C', null], // RequestedContrastAgent
  [0x00400001, '1', 'stationAeTitle', 'station', 'required'],
  [0x00400002, '1', 'startDate', 'start-date', 'required'],
  [0x00400003, '1', 'startTime', 'start-time', 'required'],
  [0x00400006, '2', 'performingPhysicianName', 'name', 'required'],
  [0x00400007, '1C', 'stepDescription', 'text'],
  [0x00400008, '1C', 'protocolCodes', 'codes'], // ScheduledProtocolCodeSequence
  [0x00400009, '1', 'scheduledProcedureStepId', 'text'],
  [0x00400010, '2', 'stationName', 'text'],
  [0x00400011, '2', 'location', 'text'],
  [0x00400012, '2C', null], // PreMedication
  [0x00400020, '3', 'status', 'status'], // ScheduledProcedureStepStatus
  [0x00400400, '3', 'comments'], // CommentsOnTheScheduledProcedureStep
];

const REQUEST_ROWS: readonly Row[] = [
  [0x00080050, '2', 'accessionNumber', 'text'],
  [0x00080051, '2', null], // IssuerOfAccessionNumberSequence
  [0x00080090, '2', 'referringPhysicianName', 'name'],
  [0x00081110, '2', null], // ReferencedStudySequence
  [0x00081120, '2', null], // ReferencedPatientSequence
  [0x00100010, '1', 'patientName', 'name', 'required'],
  [0x00100020, '1', 'patientId', 'text', 'required'],
  [0x00100021, '3', 'issuerOfPatientId', 'text'],
  [0x00100030, '2', 'birthDate', 'date'],
  [0x00100040, '2', 'sex', 'text'],
  [0x00101030, '2', 'weight'],
  [0x00102000, '2', 'medicalAlerts'],
  [0x00102110, '2', 'allergies'],
  [0x001021c0, '2', 'pregnancyStatus'],
  [0x0020000d, '1', 'studyInstanceUid', 'uid'],
  [0x00321032, '2', 'requestingPhysicianName', 'name'],
  [0x00321033, '3', 'requestingService', 'text'],
  [0x00321060, '1C', 'description', 'text'], // RequestedProcedureDescription
  [0x00321064, '1C', 'procedureCodes', 'codes'], // RequestedProcedureCodeSequence
  [0x00380010, '2', null], // AdmissionID
  [0x00380014, '2', null], // IssuerOfAdmissionIDSequence
  [0x00380050, '2', null], // SpecialNeeds
  [0x00380300, '2', null], // CurrentPatientLocation
  [0x00380500, '2', null], // PatientState
  [0x00401001, '1', 'requestedProcedureId', 'text'],
  [0x00401002, '3', 'reason'], // ReasonForTheRequestedProcedure
  [0x00401003, '2', 'priority', 'text'],
  [0x00401004, '2', null], // PatientTransportArrangements
  [0x00403001, '2', null], // ConfidentialityConstraintOnPatientDataDescription
];

function toKey(place: WorklistPlace, [tag, returnType, field, matching = 'none', required]: Row): WorklistKey {
  const keyword = keywordOf(tag) ?? '';
  return { tag, keyword, vr: vrOf(tag), place, matching, field, returnType, required: required !== undefined };
}

/** Every attribute of an item beside the sequence of its step. */
export const WORKLIST_KEYS: readonly WorklistKey[] = [
  ...REQUEST_ROWS.map((row) => toKey('request', row)),
  ...STEP_ROWS.map((row) => toKey('step', row)),
];

const byPlace = new Map(WORKLIST_KEYS.map((key) => [`${key.place} ${key.tag}`, key]));

/** The key of a tag at its place, or undefined when worklist items do not have it. */
export function worklistKey(place: WorklistPlace, tag: number): WorklistKey | undefined {
  return byPlace.get(`${place} ${tag}`);
}
