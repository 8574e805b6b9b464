/** Where each frame of an instance lies in its data set (PS3.5 sections 8.1, 8.2 and A.4). */
import { type DataSet, number, numbers, type StoppedAt, text } from '../dicom/data-set.ts';
import { EXPLICIT_LE, transferSyntax } from '../dicom/transfer-syntaxes.ts';
import { ArchiveError } from '../errors.ts';
import { encapsulatedFrames, type FrameRanges, videoStream } from './encapsulated-frames.ts';
import { type Header, transferSyntaxOfFrames } from './header.ts';
import type { InstanceSource } from './instance-source.ts';

export interface FrameTable {
  /** Of the frames as they are sent. */
  readonly transferSyntaxUid: string;
  readonly mediaType: string;
  readonly frameCount: number;
  readonly layout:
    | { readonly kind: 'native'; readonly offset: number; readonly frameLength: number }
    | ({ readonly kind: 'fragments' } & FrameRanges)
    /** The bytes sent are not in the file: a worker makes them. */
    | { readonly kind: 'made'; readonly frameLength: number };
}

export interface NativeLayout {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  readonly bitsPerFrame: number;
  readonly frameCount: number;
}

const OCTETS = 'application/octet-stream';
const FLOAT_PIXEL_DATA = 0x7fe00008;
const DOUBLE_FLOAT_PIXEL_DATA = 0x7fe00009;
export const PIXEL_DATA = 0x7fe00010;
const PIXEL_TAGS = new Set([FLOAT_PIXEL_DATA, DOUBLE_FLOAT_PIXEL_DATA, PIXEL_DATA]);

export function hasPixels(dataSet: DataSet): boolean {
  return dataSet.stoppedAt !== undefined && PIXEL_TAGS.has(dataSet.stoppedAt.tag);
}

/** The header of the pixel data. @throws ArchiveError NOT_FOUND when the instance has none */
export function pixelElement(dataSet: DataSet): StoppedAt {
  const { stoppedAt } = dataSet;
  if (!stoppedAt || !hasPixels(dataSet)) throw new ArchiveError('NOT_FOUND', 'the instance has no pixel data');
  return stoppedAt;
}

/** Bytes that big endian writers swap: words of OW, or samples where those are larger (PS3.5 section 7.3). */
export function swapUnit(bitsAllocated: number, vr: string): number {
  if (bitsAllocated > 32) return 8;
  if (bitsAllocated > 16) return 4;
  return bitsAllocated > 8 || vr === 'OW' ? 2 : 1;
}

/** Number of Frames (0028,0008), at least 1. */
export function frameCountOf(dataSet: DataSet): number {
  return Math.max(1, Math.trunc(number(dataSet, 0x00280008) ?? 1));
}

/** Geometry of uncompressed pixel data. `length` are its bytes. */
export function nativeLayout(dataSet: DataSet, pixels: StoppedAt, length: number): NativeLayout {
  const rows = number(dataSet, 0x00280010) ?? 0;
  const columns = number(dataSet, 0x00280011) ?? 0;
  const samplesPerPixel = number(dataSet, 0x00280002) ?? 1;
  const bitsAllocated = allocatedBits(dataSet, pixels.tag);
  const frameCount = frameCountOf(dataSet);
  if (rows < 1 || columns < 1 || bitsAllocated < 1) {
    throw new ArchiveError('PIXEL_DATA_DAMAGED', `${rows} rows, ${columns} columns, ${bitsAllocated} bits allocated`);
  }
  const whole = rows * columns * samplesPerPixel * bitsAllocated;
  const halved =
    /^YBR_(FULL|PARTIAL)_422$/.test(text(dataSet, 0x00280004)) &&
    samplesPerPixel === 3 &&
    length * 8 < whole * frameCount;
  const bitsPerFrame = halved ? rows * columns * 2 * bitsAllocated : whole;
  return { rows, columns, samplesPerPixel, bitsAllocated, bitsPerFrame, frameCount };
}

function allocatedBits(dataSet: DataSet, tag: number): number {
  if (tag === FLOAT_PIXEL_DATA) return 32;
  if (tag === DOUBLE_FLOAT_PIXEL_DATA) return 64;
  return number(dataSet, 0x00280100) ?? 0;
}

/**
 * The table of an instance. Offsets count in the stored data set.
 * @throws ArchiveError NOT_FOUND without pixel data, PIXEL_DATA_DAMAGED when frames cannot be told apart
 */
export function makeFrameTable(source: InstanceSource, header: Header): FrameTable {
  const { dataSet, deflated } = header;
  const pixels = pixelElement(dataSet);
  const syntax = transferSyntax(source.transferSyntaxUid);
  const encapsulated = pixels.length === 0xffffffff;
  if (!encapsulated) return nativeTable(source, header, pixels);
  if (deflated) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'encapsulated pixel data in a deflated data set');
  const mediaType = syntax?.mediaType ?? OCTETS;
  const transferSyntaxUid = transferSyntaxOfFrames(source.transferSyntaxUid);
  if (mediaType.startsWith('video/')) {
    return {
      transferSyntaxUid,
      mediaType,
      frameCount: 1,
      layout: { kind: 'fragments', ...videoStream(source, pixels) },
    };
  }
  const frameCount = frameCountOf(dataSet);
  const ranges = encapsulatedFrames(source, pixels, {
    frameCount,
    littleEndian: dataSet.littleEndian,
    extendedOffsets: numbers(dataSet, 0x7fe00001),
    extendedLengths: numbers(dataSet, 0x7fe00002),
  });
  return { transferSyntaxUid, mediaType, frameCount, layout: { kind: 'fragments', ...ranges } };
}

function nativeTable(source: InstanceSource, header: Header, pixels: StoppedAt): FrameTable {
  const syntax = transferSyntax(source.transferSyntaxUid);
  if (syntax?.encapsulated) {
    throw new ArchiveError('PIXEL_DATA_DAMAGED', 'pixel data of a compressed transfer syntax is not encapsulated');
  }
  const length = header.deflated ? pixels.length : Math.min(pixels.length, source.length - pixels.offset);
  const layout = nativeLayout(header.dataSet, pixels, length);
  const frameLength = Math.ceil(layout.bitsPerFrame / 8);
  const aligned = layout.bitsPerFrame % 8 === 0 || layout.frameCount === 1;
  const swapped = !header.dataSet.littleEndian && swapUnit(layout.bitsAllocated, pixels.vr) > 1;
  const table = { transferSyntaxUid: EXPLICIT_LE, mediaType: OCTETS, frameCount: layout.frameCount };
  if (header.deflated || swapped || !aligned) return { ...table, layout: { kind: 'made', frameLength } };
  if (length < frameLength) {
    throw new ArchiveError('PIXEL_DATA_DAMAGED', `pixel data has ${length} bytes, one frame needs ${frameLength}`);
  }
  return { ...table, layout: { kind: 'native', offset: pixels.offset, frameLength } };
}

/** Byte ranges [start, end) of a frame (from 1); undefined when its bytes must be made. @throws ArchiveError NOT_FOUND */
export function rangesOfFrame(table: FrameTable, frame: number, dataSetLength: number): [number, number][] | undefined {
  const { layout } = table;
  if (frame < 1 || frame > table.frameCount) {
    throw new ArchiveError('NOT_FOUND', `the instance has ${table.frameCount} frames, asked for ${frame}`);
  }
  if (layout.kind === 'made') return undefined;
  const ranges = layout.kind === 'native' ? [nativeRange(layout, frame)] : fragmentRanges(layout, frame);
  if (ranges.some(([, end]) => end > dataSetLength)) {
    throw new ArchiveError('PIXEL_DATA_DAMAGED', `the pixel data ends before the end of frame ${frame}`);
  }
  return ranges;
}

function nativeRange(layout: { offset: number; frameLength: number }, frame: number): [number, number] {
  const start = layout.offset + (frame - 1) * layout.frameLength;
  return [start, start + layout.frameLength];
}

function fragmentRanges({ first, bounds }: FrameRanges, frame: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let i = first[frame - 1] ?? 0; i < (first[frame] ?? 0); i++)
    ranges.push([bounds[2 * i] ?? 0, bounds[2 * i + 1] ?? 0]);
  return ranges;
}

/** Bytes that a table occupies in memory, about. */
export function weightOf(table: FrameTable): number {
  const { layout } = table;
  return 500 + (layout.kind === 'fragments' ? layout.bounds.byteLength + layout.first.byteLength : 0);
}
