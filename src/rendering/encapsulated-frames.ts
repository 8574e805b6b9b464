/**
 * Frames of encapsulated pixel data (PS3.5 section A.4): by Extended Offset Table, by Basic Offset Table, one fragment a
 * frame, or, when tables are missing, by the marker with which every compressed frame begins.
 */
import type { StoppedAt } from '../dicom/data-set.ts';
import { ArchiveError } from '../errors.ts';
import type { InstanceSource } from './instance-source.ts';

/** Frame n (from 0) is made of ranges first[n] … first[n + 1] - 1; range i is bytes [bounds[2i], bounds[2i + 1]). */
export interface FrameRanges {
  readonly first: Uint32Array;
  readonly bounds: Float64Array;
}

interface Fragment {
  /** Of its item tag. */
  readonly tagOffset: number;
  readonly start: number;
  readonly end: number;
}

export interface FrameHints {
  readonly frameCount: number;
  readonly littleEndian: boolean;
  readonly extendedOffsets: readonly number[];
  readonly extendedLengths: readonly number[];
}

const WINDOW_BYTES = 4096;
const MAX_FRAGMENTS = 1_000_000;
const ITEM = 0xfffee000;
const SEQUENCE_DELIMITER = 0xfffee0dd;

/** First bytes of a frame: JPEG and JPEG-LS SOI, JPEG 2000 SOC+SIZ, JPEG XL codestream, JP2 and JXL containers. */
const STARTS = ['ffd8ff', 'ff4fff51', 'ff0a', '0000000c6a502020', '0000000c4a584c20'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** @throws ArchiveError PIXEL_DATA_DAMAGED when the fragments cannot be read or frames cannot be told apart */
export function encapsulatedFrames(source: InstanceSource, pixels: StoppedAt, hints: FrameHints): FrameRanges {
  const [table, ...fragments] = readFragments(source, pixels.offset, hints.littleEndian);
  if (!table || fragments.length === 0) throw damaged('the pixel data has no fragment');
  const { frameCount } = hints;
  const origin = table.end;
  const groups =
    (frameCount === 1 ? [fragments] : undefined) ??
    byExtendedTable(fragments, origin, hints) ??
    byOffsets(fragments, origin, basicOffsets(source, table, hints.littleEndian), frameCount) ??
    (fragments.length === frameCount ? fragments.map((fragment) => [fragment]) : undefined) ??
    byMarkers(source, fragments, frameCount);
  if (!groups) throw damaged(`${fragments.length} fragments cannot be assigned to ${frameCount} frames`);
  return pack(groups);
}

/** A video is one stream over all fragments. */
export function videoStream(source: InstanceSource, pixels: StoppedAt): FrameRanges {
  const [, ...fragments] = readFragments(source, pixels.offset, true);
  return pack([fragments]);
}

/**
 * All items after the header of the pixel data, the first is the Basic Offset Table. In a cut file the last one reaches
 * beyond the end, which is found when its frame is asked for.
 */
function readFragments(source: InstanceSource, from: number, littleEndian: boolean): Fragment[] {
  const fragments: Fragment[] = [];
  let window: Buffer = Buffer.alloc(0);
  let windowStart = 0;
  for (let at = from; at + 8 <= source.length; ) {
    if (at + 8 > windowStart + window.length || at < windowStart) {
      windowStart = at;
      window = source.read(at, Math.min(at + WINDOW_BYTES, source.length));
    }
    const { tag, length } = itemHeader(window, at - windowStart, littleEndian);
    if (tag === SEQUENCE_DELIMITER) return fragments;
    if (tag !== ITEM || length === 0xffffffff) throw damaged(`no fragment at byte ${at}`);
    if (fragments.length >= MAX_FRAGMENTS) throw damaged(`more than ${MAX_FRAGMENTS} fragments`);
    const start = at + 8;
    fragments.push({ tagOffset: at, start, end: start + length });
    at = start + length;
  }
  return fragments;
}

function itemHeader(window: Buffer, at: number, littleEndian: boolean): { tag: number; length: number } {
  if (!littleEndian) return { tag: window.readUInt32BE(at), length: window.readUInt32BE(at + 4) };
  return { tag: window.readUInt16LE(at) * 65536 + window.readUInt16LE(at + 2), length: window.readUInt32LE(at + 4) };
}

function basicOffsets(source: InstanceSource, table: Fragment, littleEndian: boolean): number[] {
  const bytes = source.read(table.start, Math.min(table.end, source.length));
  const offsets: number[] = [];
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    offsets.push(littleEndian ? bytes.readUInt32LE(i) : bytes.readUInt32BE(i));
  }
  return offsets;
}

/** Each frame is one fragment, whose length without padding is in (7FE0,0002) (PS3.3 section C.7.6.3.1.8). */
function byExtendedTable(fragments: Fragment[], origin: number, hints: FrameHints): Fragment[][] | undefined {
  const groups = byOffsets(fragments, origin, hints.extendedOffsets, hints.frameCount);
  if (!groups || hints.extendedLengths.length !== hints.frameCount) return groups;
  return groups.map((group, frame) => {
    const [only] = group;
    const length = hints.extendedLengths[frame] ?? 0;
    if (!only || group.length !== 1 || length > only.end - only.start) return group;
    return [{ ...only, end: only.start + length }];
  });
}

/** Offsets point at the item tag of the first fragment of each frame; a table that points elsewhere is not believed. */
function byOffsets(
  fragments: Fragment[],
  origin: number,
  offsets: readonly number[],
  frameCount: number,
): Fragment[][] | undefined {
  if (offsets.length !== frameCount) return undefined;
  const indexOf = new Map(fragments.map((fragment, index) => [fragment.tagOffset - origin, index]));
  const starts = offsets.map((offset) => indexOf.get(offset) ?? -1);
  return cutAt(fragments, starts);
}

function byMarkers(source: InstanceSource, fragments: Fragment[], frameCount: number): Fragment[][] | undefined {
  const starts: number[] = [];
  for (const [index, fragment] of fragments.entries()) {
    const end = Math.min(fragment.start + 8, fragment.end, source.length);
    const head = source.read(Math.min(fragment.start, end), end);
    if (STARTS.some((start) => head.subarray(0, start.length).equals(start))) starts.push(index);
  }
  return starts.length === frameCount ? cutAt(fragments, starts) : undefined;
}

/** Groups that begin at the given indices, which must ascend from 0. */
function cutAt(fragments: Fragment[], starts: number[]): Fragment[][] | undefined {
  const ascending = starts.every((start, i) => (i === 0 ? start === 0 : start > (starts[i - 1] ?? 0)));
  if (!ascending) return undefined;
  return starts.map((start, i) => fragments.slice(start, starts[i + 1] ?? fragments.length));
}

function pack(groups: Fragment[][]): FrameRanges {
  const first = new Uint32Array(groups.length + 1);
  const flat = groups.flat();
  for (const [frame, group] of groups.entries()) first[frame + 1] = (first[frame] ?? 0) + group.length;
  return { first, bounds: Float64Array.from(flat.flatMap((fragment) => [fragment.start, fragment.end])) };
}

function damaged(detail: string): ArchiveError {
  return new ArchiveError('PIXEL_DATA_DAMAGED', detail);
}
