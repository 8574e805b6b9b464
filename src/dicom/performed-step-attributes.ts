/** Attributes of the Modality Performed Procedure Step SOP Class that we ask for or guard (PS3.4 Table F.7.2-1). */

/** Scheduled Step Attributes Sequence and the Study Instance UID in its items. */
export const SCHEDULED_STEP_ATTRIBUTES = 0x00400270;
export const STUDY_INSTANCE_UID = 0x0020000d;
export const PERFORMED_STEP_STATUS = 0x00400252;
export const DISCONTINUATION_REASON = 0x00400281;

/** Type 1 at creation: N-CREATE without one of them is refused. */
export const NEEDED_AT_CREATION: readonly number[] = [
  SCHEDULED_STEP_ATTRIBUTES,
  0x00400253, // PerformedProcedureStepID
  0x00400241, // PerformedStationAETitle
  0x00400244, // PerformedProcedureStepStartDate
  0x00400245, // PerformedProcedureStepStartTime
  PERFORMED_STEP_STATUS,
  0x00080060, // Modality
];

/** Set once, at creation: N-SET leaves them as they are. */
export const FIXED_AT_CREATION: ReadonlySet<number> = new Set([
  ...NEEDED_AT_CREATION.filter((tag) => tag !== PERFORMED_STEP_STATUS),
  0x00080005, // SpecificCharacterSet: what is kept is Unicode
  0x00100010, // PatientName
  0x00100020, // PatientID
  0x00100030, // PatientBirthDate
  0x00100040, // PatientSex
  0x00080016, // SOPClassUID
  0x00080018, // SOPInstanceUID
  0x00081120, // ReferencedPatientSequence
  0x00200010, // StudyID
  0x00400242, // PerformedStationName
  0x00400243, // PerformedLocation
]);

/** Code of DCM, "Incorrect worklist entry selected" (PS3.16 CID 9300). */
export const WRONG_WORKLIST_ENTRY = '110514';
