/** The data set of an instance in another transfer syntax: its length, and its bytes piece by piece. */
import { ArchiveError } from '../errors.ts';
import type { FrameTable } from './frame-table.ts';
import { rangesOfFrame } from './frame-table.ts';
import type { InstanceFile, TranscodeBody, TranscodeFrame, TranscodePlan } from './jobs.ts';

export type PieceSink = (piece: Buffer) => Promise<void> | void;

/** What makes the pieces. */
export interface TranscodingParts {
  readonly file: InstanceFile;
  readonly syntaxUid: string;
  frameTable(): Promise<FrameTable>;
  frame(input: TranscodeFrame): Promise<Uint8Array[]>;
  turned(start: number, end: number, unit: number): Promise<Uint8Array[]>;
  /** Bytes [start, end) of the stored data set. */
  stored(start: number, end: number, sink: PieceSink): Promise<void>;
}

type MakeFrame = (frame: number) => Promise<Uint8Array>;
type Frames = Extract<TranscodeBody, { kind: 'frames' }>;

/** Bytes turned round at once; whole units of any size. */
const TURNED_BYTES = 1 << 20;
/** Compressed frames kept from counting to sending; the rest are made twice. */
const KEPT_BYTES = 1 << 25;

export class Transcoding {
  /** Bytes. */
  readonly length: number;
  readonly #plan: TranscodePlan;
  readonly #parts: TranscodingParts;
  readonly #frame: MakeFrame;

  private constructor(plan: TranscodePlan, length: number, parts: TranscodingParts, frame: MakeFrame) {
    this.#plan = plan;
    this.length = length;
    this.#parts = parts;
    this.#frame = frame;
  }

  /** @throws ArchiveError when a frame cannot be made */
  static async of(plan: TranscodePlan, parts: TranscodingParts): Promise<Transcoding> {
    const { body, head, tail } = plan;
    const around = head.length + tail.length;
    if (body.kind !== 'frames') return new Transcoding(plan, around + bodyLength(body), parts, neverMade);
    const frames = new FrameMaker(body, parts);
    return new Transcoding(plan, around + (await frames.totalLength()), parts, (frame) => frames.frame(frame));
  }

  /** Hands everything to the sink, in order; no piece is longer than a frame or a few MB. */
  async read(sink: PieceSink): Promise<void> {
    const { head, body, tail } = this.#plan;
    await sink(asBuffer(head));
    if (body.kind === 'bytes') await sink(asBuffer(body.bytes));
    else if (body.kind === 'range') await this.#readRange(body, sink);
    else if (body.kind === 'frames') await this.#readFrames(body, sink);
    if (tail.length > 0) await sink(asBuffer(tail));
  }

  async #readRange({ start, end, unit }: Extract<TranscodeBody, { kind: 'range' }>, sink: PieceSink): Promise<void> {
    if (unit === 1) return start < end ? this.#parts.stored(start, end, sink) : undefined;
    for (let at = start; at < end; at += TURNED_BYTES) {
      const [piece] = await this.#parts.turned(at, Math.min(end, at + TURNED_BYTES), unit);
      if (piece) await sink(asBuffer(piece));
    }
  }

  /** The next frame is made while the one before is being taken. */
  async #readFrames({ count }: Frames, sink: PieceSink): Promise<void> {
    let next = this.#frame(1);
    for (let frame = 1; frame <= count; frame++) {
      const bytes = await next;
      if (frame < count) {
        next = this.#frame(frame + 1);
        next.catch(() => undefined); // told when it is waited for; the sink may fail before
      }
      await sink(asBuffer(bytes));
    }
  }
}

const neverMade: MakeFrame = () => Promise.reject(new ArchiveError('INTERNAL', 'no frames here'));

function bodyLength(body: Exclude<TranscodeBody, Frames>): number {
  if (body.kind === 'bytes') return body.bytes.length;
  return body.kind === 'range' ? body.end - body.start : 0;
}

class FrameMaker {
  readonly #body: Frames;
  readonly #parts: TranscodingParts;
  readonly #kept = new Map<number, Uint8Array>();
  readonly #lengths: number[] = [];
  #table: Promise<FrameTable> | undefined;

  constructor(body: Frames, parts: TranscodingParts) {
    this.#body = body;
    this.#parts = parts;
  }

  /** Compressed frames have to be made to know how long they are. */
  async totalLength(): Promise<number> {
    const { count, first, frameLength } = this.#body;
    if (frameLength !== undefined) return frameLength * count;
    let total = 0;
    for (let frame = 1; frame <= count; frame++) {
      const bytes = frame === 1 ? first : await this.#make(frame);
      this.#lengths[frame] = bytes.length;
      total += bytes.length;
      if (total <= KEPT_BYTES) this.#kept.set(frame, bytes);
    }
    return total;
  }

  async frame(frame: number): Promise<Uint8Array> {
    const { first, frameLength } = this.#body;
    const bytes = frame === 1 ? first : (this.#kept.get(frame) ?? (await this.#make(frame)));
    this.#kept.delete(frame);
    if (bytes.length !== (frameLength ?? this.#lengths[frame])) {
      throw new ArchiveError('PIXEL_DATA_DAMAGED', `frame ${frame} has ${bytes.length} bytes`);
    }
    return bytes;
  }

  async #make(frame: number): Promise<Uint8Array> {
    const { file, syntaxUid } = this.#parts;
    this.#table ??= this.#parts.frameTable();
    const table = await this.#table;
    const isCompressed = table.layout.kind === 'fragments';
    const ranges = isCompressed ? rangesOfFrame(table, frame, file.dataSetLength) : undefined;
    const input = { file, syntaxUid, frame, format: this.#body.format, ...(ranges && { ranges }) };
    const [bytes] = await this.#parts.frame(input);
    return bytes as Uint8Array;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
