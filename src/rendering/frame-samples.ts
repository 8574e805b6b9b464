/** One frame of an instance as samples, wherever it lies and however it is compressed. */
import { ArchiveError } from '../errors.ts';
import { type DecodedFrame, decodeFrame, uncompressed } from './decode-frame.ts';
import { nativeFrame, pixelReader } from './frame-bytes.ts';
import { makeFrameTable, rangesOfFrame } from './frame-table.ts';
import type { Header } from './header.ts';
import type { ImageFormat } from './image-format.ts';
import type { InstanceSource } from './instance-source.ts';

/** A frame, counted from 1. @throws ArchiveError NOT_RENDERABLE, NOT_FOUND, PIXEL_DATA_DAMAGED */
export async function frameSamples(
  source: InstanceSource,
  header: Header,
  format: ImageFormat,
  frame: number,
): Promise<DecodedFrame> {
  if (header.dataSet.stoppedAt?.length !== 0xffffffff) {
    return uncompressed(nativeFrame(header, pixelReader(source, header), frame), format);
  }
  const table = makeFrameTable(source, header);
  if (table.mediaType.startsWith('video/')) throw new ArchiveError('NOT_RENDERABLE', 'a video');
  return rangesSamples(source, rangesOfFrame(table, frame, source.length) ?? [], format);
}

/** The compressed frame in these byte ranges [start, end) of the data set. */
export function rangesSamples(
  source: InstanceSource,
  ranges: readonly (readonly [number, number])[],
  format: ImageFormat,
): Promise<DecodedFrame> {
  const bytes = Buffer.concat(ranges.map(([start, end]) => source.read(start, end)));
  return decodeFrame(bytes, source.transferSyntaxUid, format);
}
