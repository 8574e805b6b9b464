/** SOP Classes: names, which of them are storage, and the ones that the appliance speaks itself (PS3.6 Annex A). */
import { NON_PATIENT_STORAGE_LINES, OTHER_LINES, STORAGE_LINES } from './sop-class-table.ts';

const ROOT = '1.2.840.10008.';

/** UIDs of SOP Classes that code refers to by name. */
export const SOP_CLASS = {
  Verification: '1.2.840.10008.1.1',
  MediaStorageDirectory: '1.2.840.10008.1.3.10',
  StorageCommitmentPushModel: '1.2.840.10008.1.20.1',
  ModalityPerformedProcedureStep: '1.2.840.10008.3.1.2.3.3',
  ModalityPerformedProcedureStepRetrieve: '1.2.840.10008.3.1.2.3.4',
  ModalityPerformedProcedureStepNotification: '1.2.840.10008.3.1.2.3.5',
  PatientRootFind: '1.2.840.10008.5.1.4.1.2.1.1',
  PatientRootMove: '1.2.840.10008.5.1.4.1.2.1.2',
  PatientRootGet: '1.2.840.10008.5.1.4.1.2.1.3',
  StudyRootFind: '1.2.840.10008.5.1.4.1.2.2.1',
  StudyRootMove: '1.2.840.10008.5.1.4.1.2.2.2',
  StudyRootGet: '1.2.840.10008.5.1.4.1.2.2.3',
  PatientStudyOnlyFind: '1.2.840.10008.5.1.4.1.2.3.1',
  PatientStudyOnlyMove: '1.2.840.10008.5.1.4.1.2.3.2',
  PatientStudyOnlyGet: '1.2.840.10008.5.1.4.1.2.3.3',
  ModalityWorklistFind: '1.2.840.10008.5.1.4.31',
  InstanceAvailabilityNotification: '1.2.840.10008.5.1.4.33',
  UnifiedProcedureStepPush: '1.2.840.10008.5.1.4.34.6.1',
  ComputedRadiographyImageStorage: '1.2.840.10008.5.1.4.1.1.1',
  DigitalXRayImageStorageForPresentation: '1.2.840.10008.5.1.4.1.1.1.1',
  DigitalMammographyXRayImageStorageForPresentation: '1.2.840.10008.5.1.4.1.1.1.2',
  DigitalIntraOralXRayImageStorageForPresentation: '1.2.840.10008.5.1.4.1.1.1.3',
  CTImageStorage: '1.2.840.10008.5.1.4.1.1.2',
  EnhancedCTImageStorage: '1.2.840.10008.5.1.4.1.1.2.1',
  UltrasoundMultiFrameImageStorage: '1.2.840.10008.5.1.4.1.1.3.1',
  MRImageStorage: '1.2.840.10008.5.1.4.1.1.4',
  UltrasoundImageStorage: '1.2.840.10008.5.1.4.1.1.6.1',
  SecondaryCaptureImageStorage: '1.2.840.10008.5.1.4.1.1.7',
  MultiFrameSingleBitSecondaryCaptureImageStorage: '1.2.840.10008.5.1.4.1.1.7.1',
  MultiFrameGrayscaleByteSecondaryCaptureImageStorage: '1.2.840.10008.5.1.4.1.1.7.2',
  MultiFrameTrueColorSecondaryCaptureImageStorage: '1.2.840.10008.5.1.4.1.1.7.4',
  GrayscaleSoftcopyPresentationStateStorage: '1.2.840.10008.5.1.4.1.1.11.1',
  SegmentationStorage: '1.2.840.10008.5.1.4.1.1.66.4',
  VLEndoscopicImageStorage: '1.2.840.10008.5.1.4.1.1.77.1.1',
  VLPhotographicImageStorage: '1.2.840.10008.5.1.4.1.1.77.1.4',
  BasicTextSRStorage: '1.2.840.10008.5.1.4.1.1.88.11',
  EnhancedSRStorage: '1.2.840.10008.5.1.4.1.1.88.22',
  ComprehensiveSRStorage: '1.2.840.10008.5.1.4.1.1.88.33',
  KeyObjectSelectionDocumentStorage: '1.2.840.10008.5.1.4.1.1.88.59',
  EncapsulatedPDFStorage: '1.2.840.10008.5.1.4.1.1.104.1',
  PositronEmissionTomographyImageStorage: '1.2.840.10008.5.1.4.1.1.128',
  RTImageStorage: '1.2.840.10008.5.1.4.1.1.481.1',
} as const;

export interface StorageSopClass {
  readonly uid: string;
  readonly name: string;
  readonly retired?: boolean;
}

function parse(lines: string): StorageSopClass[] {
  return lines.split('\n').map((line) => {
    const [uid = '', name = '', retired] = line.split('|');
    return retired === undefined ? { uid: ROOT + uid, name } : { uid: ROOT + uid, name, retired: true };
  });
}

/** The standard SOP Classes of the Storage Service Class (PS3.4 section B.5), retired ones marked, in order of UID. */
export const STORAGE_SOP_CLASSES: ReadonlyArray<StorageSopClass> = parse(STORAGE_LINES);

/** SOP Classes whose instances are stored but belong to no patient (PS3.4 Annex GG and its like). */
export const NON_PATIENT_STORAGE_SOP_CLASSES: ReadonlyArray<StorageSopClass> = parse(NON_PATIENT_STORAGE_LINES);

/** Every other standard SOP Class: query, worklist, print, …  */
export const OTHER_SOP_CLASSES: ReadonlyArray<StorageSopClass> = parse(OTHER_LINES);

const otherNames = new Map(OTHER_SOP_CLASSES.map((entry) => [entry.uid, entry.name]));
const names = new Map([
  ...[...STORAGE_SOP_CLASSES, ...NON_PATIENT_STORAGE_SOP_CLASSES].map((entry) => [entry.uid, entry.name] as const),
  ...otherNames,
]);

/** Name of a standard SOP Class as in PS3.6 Annex A, or undefined for a private or unknown one. */
export function sopClassName(uid: string): string | undefined {
  return names.get(uid);
}

/**
 * Is this UID known as something other than storage (query, worklist, print, …)? Everything else counts as storage,
 * private and future SOP Classes too, so that no image is refused because its class is new.
 */
export function isNonStorageSopClass(uid: string): boolean {
  return otherNames.has(uid);
}
