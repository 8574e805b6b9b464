/** What images can be sent as without loss; apart from the codecs, which the main process never loads. */
import { EXPLICIT_LE } from '../dicom/transfer-syntaxes.ts';

/** Transfer syntaxes that we can compress to, all lossless. */
export const COMPRESSIBLE_TO = [
  '1.2.840.10008.1.2.5',
  '1.2.840.10008.1.2.4.57',
  '1.2.840.10008.1.2.4.70',
  '1.2.840.10008.1.2.4.80',
  '1.2.840.10008.1.2.4.90',
  '1.2.840.10008.1.2.4.201',
];

/** Transfer syntaxes that a frame alone can be sent in, whatever it is stored in. */
export const FRAME_SYNTAXES: readonly string[] = [EXPLICIT_LE, ...COMPRESSIBLE_TO];
