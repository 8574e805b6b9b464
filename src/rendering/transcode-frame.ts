/** Pieces of the pixel data of an instance in another transfer syntax, as `transcode-plan` has announced them. */
import { EXPLICIT_LE, transferSyntax } from '../dicom/transfer-syntaxes.ts';
import { ArchiveError } from '../errors.ts';
import { encodeFrame } from './encode-frame.ts';
import { frameSamples, rangesSamples } from './frame-samples.ts';
import { readHeader } from './header.ts';
import { imageFormat } from './image-format.ts';
import { InstanceSource, withSource } from './instance-source.ts';
import type { FrameIn, InstanceFile, TranscodeFrame } from './jobs.ts';
import { COMPRESSIBLE_TO } from './lossless-syntaxes.ts';
import { nativeSamples } from './native-samples.ts';
import { fragmentOf, turnedSamples } from './transcode-plan.ts';

/** One frame, decoded or as a fragment. @throws ArchiveError PIXEL_DATA_DAMAGED, NOT_RENDERABLE */
export async function transcodeFrame({
  file,
  syntaxUid,
  frame,
  ranges,
  format,
}: TranscodeFrame): Promise<Uint8Array[]> {
  const source = new InstanceSource(file);
  try {
    const decoded = ranges
      ? await rangesSamples(source, ranges, format)
      : await frameSamples(source, readHeader(source), format, frame);
    const samples = nativeSamples(decoded, format, file.transferSyntaxUid);
    if (COMPRESSIBLE_TO.includes(syntaxUid)) return [fragmentOf(await encodeFrame(samples, format, syntaxUid))];
    return [transferSyntax(syntaxUid)?.bigEndian ? turnedSamples(samples.bytes, format) : samples.bytes];
  } finally {
    source.close();
  }
}

/** One frame (from 1) as it is sent alone, without a fragment around it. @throws ArchiveError as `transcodeFrame` */
export async function frameIn({ file, syntaxUid, frame }: FrameIn): Promise<Uint8Array[]> {
  const source = new InstanceSource(file);
  try {
    const header = readHeader(source);
    const format = imageFormat(header.dataSet, 1);
    const samples = nativeSamples(await frameSamples(source, header, format, frame), format, file.transferSyntaxUid);
    return [syntaxUid === EXPLICIT_LE ? samples.bytes : await encodeFrame(samples, format, syntaxUid)];
  } finally {
    source.close();
  }
}

/** Bytes [start, end) of the stored data set, with the bytes of each unit turned round; `start` is that of a unit. */
export function turnedRange(file: InstanceFile, start: number, end: number, unit: number): Uint8Array[] {
  const bytes = withSource(file, (source) => source.read(start, end));
  if (bytes.length % unit !== 0) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'the pixel data ends within a sample');
  if (unit === 2) return [bytes.swap16()];
  return [unit === 4 ? bytes.swap32() : bytes.swap64()];
}
