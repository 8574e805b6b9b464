/**
 * An instance in another transfer syntax: everything but the pixel data, made at once, and what its pixel data will be
 * made of. The first frame is made too, so that what cannot be done is known before a byte is sent.
 */
import { type DataSet, DataSetError, type StoppedAt } from '../dicom/data-set.ts';
import { encodeHeader, type HeaderForm, itemHeader } from '../dicom/encode-data-set.ts';
import { readDataSet } from '../dicom/read-data-set.ts';
import { type Replacement, recodeDataSet } from '../dicom/recode-data-set.ts';
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, transferSyntax } from '../dicom/transfer-syntaxes.ts';
import { ArchiveError } from '../errors.ts';
import { encodeFrame } from './encode-frame.ts';
import { frameSamples } from './frame-samples.ts';
import { frameCountOf, hasPixels, makeFrameTable, PIXEL_DATA, swapUnit } from './frame-table.ts';
import { type Header, inflateWhole, readHeader } from './header.ts';
import { type ImageFormat, imageFormat } from './image-format.ts';
import { InstanceSource } from './instance-source.ts';
import type { InstanceFile, TranscodeBody, TranscodePlan } from './jobs.ts';
import { type NativeSamples, nativeSamples } from './native-samples.ts';
import { changedElements } from './transcoded-header.ts';

const UNDEFINED_LENGTH = 0xffffffff;
const TRAILING_PADDING = 0xfffcfffc;
/** It signs the bytes as they were. */
const DIGITAL_SIGNATURES = 0xfffafffa;
const MAX_TAIL_BYTES = 1 << 24;
const NATIVE = new Set([IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE]);

/** @throws ArchiveError NOT_RENDERABLE with the reason, PIXEL_DATA_DAMAGED, DATA_SET_DAMAGED */
export async function makeTranscodePlan(file: InstanceFile, syntaxUid: string): Promise<TranscodePlan> {
  const source = new InstanceSource(file);
  try {
    checkSyntaxes(file.transferSyntaxUid, syntaxUid);
    return await new Planner(source, syntaxUid).plan();
  } catch (error) {
    throw error instanceof DataSetError ? new ArchiveError('DATA_SET_DAMAGED', error.message) : error;
  } finally {
    source.close();
  }
}

function checkSyntaxes(storedUid: string, wantedUid: string): void {
  const stored = transferSyntax(storedUid);
  const wanted = transferSyntax(wantedUid);
  const refused = !stored || stored.name.startsWith('JPIP') || !wanted || wanted.lossy || wanted.deflated;
  if (refused) throw new ArchiveError('NOT_RENDERABLE', `${storedUid} is not sent as ${wantedUid}`);
}

class Planner {
  readonly #source: InstanceSource;
  readonly #syntaxUid: string;
  readonly #form: HeaderForm;
  readonly #header: Header;
  /** Of a deflated data set. */
  readonly #inflated: Buffer | undefined;

  constructor(source: InstanceSource, syntaxUid: string) {
    const syntax = transferSyntax(syntaxUid);
    this.#source = source;
    this.#syntaxUid = syntaxUid;
    this.#form = { little: !syntax?.bigEndian, explicit: syntax?.explicitVr ?? true };
    this.#header = readHeader(source);
    this.#inflated = this.#header.deflated ? inflateWhole(source) : undefined;
    const { dataSet } = this.#header;
    if (dataSet.stoppedAt === undefined && 'truncated' in dataSet && dataSet.truncated) {
      throw new ArchiveError('DATA_SET_DAMAGED', 'the stored data set is cut');
    }
  }

  async plan(): Promise<TranscodePlan> {
    const { dataSet } = this.#header;
    const { stoppedAt } = dataSet;
    if (stoppedAt && hasPixels(dataSet)) return this.#image(stoppedAt);
    const head = recodeDataSet(dataSet, this.#form);
    return { head, body: { kind: 'none' }, tail: this.#tail(stoppedAt?.headerOffset ?? this.#end) };
  }

  /** Where the data set ends. */
  get #end(): number {
    return this.#inflated?.length ?? this.#source.length;
  }

  #image(pixels: StoppedAt): Promise<TranscodePlan> | TranscodePlan {
    const encapsulated = pixels.length === UNDEFINED_LENGTH;
    if (!encapsulated && transferSyntax(this.#source.transferSyntaxUid)?.encapsulated) {
      throw new ArchiveError('PIXEL_DATA_DAMAGED', 'pixel data of a compressed transfer syntax is not encapsulated');
    }
    if (encapsulated || !NATIVE.has(this.#syntaxUid)) return this.#remade(pixels);
    return this.#native(pixels);
  }

  /** Native pixel data stays as it is, but for the order of bytes. */
  #native(pixels: StoppedAt): TranscodePlan {
    const { dataSet } = this.#header;
    const { tag, vr, offset, length } = pixels;
    const end = offset + length;
    if (end > this.#end) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'the pixel data is cut');
    const turns = dataSet.littleEndian !== this.#form.little;
    const unit = turns ? swapUnit(bitsAllocatedOf(dataSet, tag), vr) : 1;
    const head = [recodeDataSet(dataSet, this.#form), encodeHeader(tag, vr, length + (length % 2), this.#form)];
    const tail = [Buffer.alloc(length % 2), this.#tail(end)];
    const bytes = this.#inflated?.subarray(offset, end);
    if (bytes && unit > 1) throw new ArchiveError('NOT_RENDERABLE', 'a deflated data set in big endian');
    const body: TranscodeBody = bytes ? { kind: 'bytes', bytes } : { kind: 'range', start: offset, end, unit };
    return { head: Buffer.concat(head), body, tail: Buffer.concat(tail) };
  }

  /** Frames are decoded, compressed, or both. */
  async #remade(pixels: StoppedAt): Promise<TranscodePlan> {
    const { dataSet } = this.#header;
    if (pixels.tag !== PIXEL_DATA) throw new ArchiveError('NOT_RENDERABLE', 'floating point pixels are not compressed');
    const format = imageFormat(dataSet, 1);
    const count = frameCountOf(dataSet);
    const stored = this.#storedPlace(pixels);
    const samples = nativeSamples(
      await frameSamples(this.#source, this.#header, format, 1),
      format,
      this.#source.transferSyntaxUid,
    );
    const replaced = changedElements(dataSet, format, {
      storedSyntaxUid: this.#source.transferSyntaxUid,
      photometric: samples.photometric,
      frameLength: samples.bytes.length,
      storedFrameLength: stored.bytes / count,
    });
    return NATIVE.has(this.#syntaxUid)
      ? this.#decoded(samples, format, count, replaced, stored.end)
      : this.#compressed(samples, format, count, replaced, stored.end);
  }

  #decoded(
    samples: NativeSamples,
    format: ImageFormat,
    count: number,
    replaced: Map<number, Replacement>,
    storedEnd: number,
  ): TranscodePlan {
    const frameLength = samples.bytes.length;
    const length = frameLength * count;
    if (length + 1 >= UNDEFINED_LENGTH) throw new ArchiveError('NOT_RENDERABLE', 'uncompressed it has more than 4 GB');
    const vr = format.bitsAllocated > 8 ? 'OW' : 'OB';
    const head = [
      recodeDataSet(this.#header.dataSet, this.#form, replaced),
      encodeHeader(PIXEL_DATA, vr, length + (length % 2), this.#form),
    ];
    const first = this.#form.little ? samples.bytes : turnedSamples(samples.bytes, format);
    return {
      head: Buffer.concat(head),
      body: { kind: 'frames', count, format, first, frameLength },
      tail: Buffer.concat([Buffer.alloc(length % 2), this.#tail(storedEnd)]),
    };
  }

  /** One fragment a frame and an empty Basic Offset Table, whose offsets would end at 4 GB. */
  async #compressed(
    samples: NativeSamples,
    format: ImageFormat,
    count: number,
    replaced: Map<number, Replacement>,
    storedEnd: number,
  ): Promise<TranscodePlan> {
    const first = fragmentOf(await encodeFrame(samples, format, this.#syntaxUid));
    const opening = encodeHeader(PIXEL_DATA, 'OB', 0, this.#form);
    opening.writeUInt32LE(UNDEFINED_LENGTH, 8);
    const closing = Buffer.from('fe ff dd e0 00 00 00 00'.replaceAll(' ', ''), 'hex');
    const head = [recodeDataSet(this.#header.dataSet, this.#form, replaced), opening, itemHeader(0, true)];
    return {
      head: Buffer.concat(head),
      body: { kind: 'frames', count, format, first },
      tail: Buffer.concat([closing, this.#tail(storedEnd)]),
    };
  }

  /** How many bytes the stored pixel data has, and where it ends. */
  #storedPlace(pixels: StoppedAt): { bytes: number; end: number } {
    if (pixels.length !== UNDEFINED_LENGTH) return { bytes: pixels.length, end: pixels.offset + pixels.length };
    const { layout } = makeFrameTable(this.#source, this.#header);
    if (layout.kind !== 'fragments') throw new ArchiveError('PIXEL_DATA_DAMAGED', 'no fragments');
    let bytes = 0;
    for (let i = 0; i < layout.bounds.length; i += 2) bytes += (layout.bounds[i + 1] ?? 0) - (layout.bounds[i] ?? 0);
    const last = layout.bounds.at(-1) ?? 0;
    return { bytes, end: last + (last % 2) + 8 };
  }

  /** The elements behind the pixel data, or what was read of them: garbage happens there. */
  #tail(start: number): Buffer {
    const length = this.#end - start;
    if (length < 8 || length > MAX_TAIL_BYTES) return Buffer.alloc(0);
    const bytes = this.#inflated?.subarray(start) ?? this.#source.read(start, this.#source.length);
    const { littleEndian, explicitVr } = this.#header.dataSet;
    const encoding = littleEndian ? (explicitVr ? EXPLICIT_LE : IMPLICIT_LE) : EXPLICIT_BE;
    try {
      const dataSet = readDataSet(bytes, encoding, { headOnly: true });
      for (const tag of dataSet.elements.keys()) {
        const isMeant = tag > PIXEL_DATA && tag !== TRAILING_PADDING && tag !== DIGITAL_SIGNATURES;
        if (!isMeant) dataSet.elements.delete(tag);
      }
      return recodeDataSet(dataSet, this.#form);
    } catch (error) {
      if (error instanceof DataSetError) return Buffer.alloc(0);
      throw error;
    }
  }
}

function bitsAllocatedOf(dataSet: DataSet, tag: number): number {
  if (tag !== PIXEL_DATA) return tag === 0x7fe00008 ? 32 : 64;
  const element = dataSet.elements.get(0x00280100);
  if (!element || element.length < 2) return 8;
  return dataSet.littleEndian
    ? dataSet.source.readUInt16LE(element.offset)
    : dataSet.source.readUInt16BE(element.offset);
}

/** The samples of a frame in big endian. */
export function turnedSamples(bytes: Buffer, { bitsAllocated }: ImageFormat): Buffer {
  const copy = Buffer.from(bytes);
  if (bitsAllocated > 32) return copy.swap64();
  if (bitsAllocated > 16) return copy.swap32();
  return bitsAllocated > 8 ? copy.swap16() : copy;
}

/** A frame as a fragment. */
export function fragmentOf(encoded: Buffer): Buffer {
  const odd = encoded.length % 2;
  return Buffer.concat([itemHeader(encoded.length + odd, true), encoded, Buffer.alloc(odd)]);
}
