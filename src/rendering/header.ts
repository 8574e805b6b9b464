/** The part of a data set before its pixel data, read without touching the pixels. */
import { type DataSet, DataSetError } from '../dicom/data-set.ts';
import { inflateDataSet, inflateHead } from '../dicom/inflate.ts';
import { readDataSet } from '../dicom/read-data-set.ts';
import { EXPLICIT_LE, transferSyntax } from '../dicom/transfer-syntaxes.ts';
import { ArchiveError } from '../errors.ts';
import type { InstanceSource } from './instance-source.ts';

/** Float Pixel Data, Double Float Pixel Data and Pixel Data are the last elements that matter (PS3.3 section C.7.6.24). */
const FIRST_PIXEL_TAG = 0x7fe00008;
/** Bytes tried in turn; nearly every header fits into the first. */
const HEAD_SIZES = [1 << 16, 1 << 19, 1 << 22, 1 << 25, 1 << 28];
/** Bytes that a deflated data set may have once inflated; above, its pixels are refused. */
export const MAX_INFLATED_BYTES = 1 << 28;

export interface Header {
  readonly dataSet: DataSet;
  /** Offsets in `dataSet` count in the inflated data set, not in the file. */
  readonly deflated: boolean;
}

/** Is the data set as a whole a deflate stream (PS3.5 section A.5)? */
function isDeflated(uid: string): boolean {
  return transferSyntax(uid)?.deflated === true;
}

/**
 * Reads everything before the pixel data; `dataSet.stoppedAt` is the pixel data, or where a cut file ends.
 * @throws ArchiveError DATA_SET_DAMAGED when the bytes are no data set
 */
export function readHeader(source: InstanceSource): Header {
  const deflated = isDeflated(source.transferSyntaxUid);
  for (const size of HEAD_SIZES) {
    const dataSet = readHead(source, size, deflated);
    const whole = dataSet.source.length < size || (!deflated && size >= source.length);
    const reached = dataSet.stoppedAt !== undefined && dataSet.stoppedAt.tag >= FIRST_PIXEL_TAG;
    if (whole || reached) return { dataSet, deflated };
  }
  throw new ArchiveError('DATA_SET_DAMAGED', 'the header does not end');
}

function readHead(source: InstanceSource, size: number, deflated: boolean): DataSet & { truncated?: boolean } {
  const options = { stopBefore: FIRST_PIXEL_TAG, headOnly: true };
  try {
    if (!deflated) return readDataSet(source.read(0, Math.min(size, source.length)), source.transferSyntaxUid, options);
    return readDataSet(inflateHead(source.read(0, source.length), size), EXPLICIT_LE, options);
  } catch (error) {
    throw damaged(error);
  }
}

/** The whole inflated data set of a deflated one. @throws ArchiveError DATA_SET_DAMAGED above the cap */
export function inflateWhole(source: InstanceSource): Buffer {
  try {
    return inflateDataSet(source.read(0, source.length), MAX_INFLATED_BYTES);
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(error: unknown): unknown {
  return error instanceof DataSetError ? new ArchiveError('DATA_SET_DAMAGED', error.message) : error;
}

/** The syntax in which frames and bulk data leave the house: the stored one, or explicit little endian for native pixels. */
export function transferSyntaxOfFrames(storedUid: string): string {
  return transferSyntax(storedUid)?.encapsulated ? storedUid : EXPLICIT_LE;
}
