/** Frames of native pixel data as explicit VR little endian, where they do not lie in the file like that. */
import { ArchiveError } from '../errors.ts';
import { nativeLayout, pixelElement, swapUnit } from './frame-table.ts';
import { type Header, inflateWhole, readHeader } from './header.ts';
import { type InstanceSource, withSource } from './instance-source.ts';
import type { InstanceFile } from './jobs.ts';

/** Bytes of an uncompressed frame that a worker takes into memory at most. */
export const MAX_FRAME_BYTES = 1 << 28;

/** The frames asked for (from 1). @throws ArchiveError NOT_FOUND, PIXEL_DATA_DAMAGED */
export function makeFrameBytes(file: InstanceFile, frames: readonly number[]): Uint8Array[] {
  return withSource(file, (source) => {
    const header = readHeader(source);
    const read = pixelReader(source, header);
    return frames.map((frame) => nativeFrame(header, read, frame));
  });
}

/** Bytes [start, end) of the pixel data as stored or inflated; the end is cut to what there is. */
export type PixelReader = ((start: number, end: number) => Buffer) & { readonly length: number };

/** Reads from the value of the pixel data of a native instance. */
export function pixelReader(source: InstanceSource, header: Header): PixelReader {
  const pixels = pixelElement(header.dataSet);
  const whole = header.deflated ? inflateWhole(source) : undefined;
  const available = (whole?.length ?? source.length) - pixels.offset;
  const length = Math.min(pixels.length, available);
  const read = (start: number, end: number): Buffer => {
    const from = pixels.offset + Math.min(start, length);
    const to = pixels.offset + Math.min(end, length);
    return whole ? whole.subarray(from, to) : source.read(from, to);
  };
  return Object.defineProperty(read, 'length', { value: length }) as PixelReader;
}

/** One frame (from 1) of native pixel data, little endian, packed bits shifted to a byte boundary. */
export function nativeFrame(header: Header, read: PixelReader, frame: number): Buffer {
  const { dataSet } = header;
  const pixels = pixelElement(dataSet);
  const layout = nativeLayout(dataSet, pixels, read.length);
  if (frame < 1 || frame > layout.frameCount) {
    throw new ArchiveError('NOT_FOUND', `the instance has ${layout.frameCount} frames, asked for ${frame}`);
  }
  if (layout.bitsPerFrame > MAX_FRAME_BYTES * 8) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'the frame is too large');
  const firstBit = (frame - 1) * layout.bitsPerFrame;
  const start = Math.floor(firstBit / 8);
  const end = Math.ceil((firstBit + layout.bitsPerFrame) / 8);
  const unit = dataSet.littleEndian ? 1 : swapUnit(layout.bitsAllocated, pixels.vr);
  const bytes = unit > 1 ? readSwapped(read, start, end, unit) : read(start, end);
  if (bytes.length < end - start)
    throw new ArchiveError('PIXEL_DATA_DAMAGED', `the pixel data ends before frame ${frame}`);
  return layout.bitsPerFrame % 8 === 0 ? bytes : shifted(bytes, firstBit % 8, layout.bitsPerFrame);
}

/** Reads whole units, so that a frame of odd length in 8-bit OW comes out right. */
function readSwapped(read: PixelReader, start: number, end: number, unit: number): Buffer {
  const from = start - (start % unit);
  const bytes = Buffer.from(read(from, Math.ceil(end / unit) * unit));
  const whole = bytes.subarray(0, bytes.length - (bytes.length % unit));
  if (unit === 2) whole.swap16();
  else if (unit === 4) whole.swap32();
  else whole.swap64();
  return bytes.subarray(start - from, end - from);
}

/** Bits from `firstBit` of the first byte on, least significant first, the rest of the last byte 0 (PS3.5 section 8.1.1). */
function shifted(bytes: Buffer, firstBit: number, bits: number): Buffer {
  const out = Buffer.alloc(Math.ceil(bits / 8));
  for (let i = 0; i < out.length; i++) {
    out[i] = (((bytes[i] ?? 0) >> firstBit) | ((bytes[i + 1] ?? 0) << (8 - firstBit))) & 0xff;
  }
  const unused = out.length * 8 - bits;
  if (unused > 0) out[out.length - 1] = (out[out.length - 1] ?? 0) & (0xff >> unused);
  return out;
}
