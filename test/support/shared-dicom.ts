/** Real and odd DICOM files that lie beside the checkout, with the values that are known of them. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One line of the index: what is known of a file. Values are as decoded by other software; '' is an empty attribute. */
export interface SharedFile {
  file: string;
  bytes: number;
  sha256: string;
  preamble: boolean;
  /** Transfer Syntax UID of the meta group. */
  ts?: string;
  SOPClassUID?: string;
  SOPInstanceUID?: string;
  StudyInstanceUID?: string;
  SeriesInstanceUID?: string;
  Modality?: string;
  SpecificCharacterSet?: string;
  PatientName?: string;
  PatientID?: string;
  AccessionNumber?: string;
  StudyDate?: string;
  Rows?: string;
  Columns?: string;
  InstanceNumber?: string;
  NumberOfFrames?: string;
  /** The name as it is on paper, where the label of the character set is wrong. */
  true_name?: string;
  dcmdump: string;
}

const FOLDER = join(process.env.CLINICPACS_SHARED ?? resolve(import.meta.dirname, '../../../shared'), 'dicom');

/** The files, or undefined (and one clear line) when the set is not there. */
export function sharedFiles(): SharedFile[] | undefined {
  const index = join(FOLDER, 'index.json');
  if (existsSync(index)) return JSON.parse(readFileSync(index, 'utf8')) as SharedFile[];
  console.warn(`skipped: the set of DICOM files is not at ${FOLDER}`);
  return undefined;
}

/** Absolute path of a file of the set. */
export function sharedPath(file: string): string {
  return join(FOLDER, file);
}
