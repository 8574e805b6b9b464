/** A multi-frame image of any size, made while it is read: its header, then the same frame of noise again and again. */
import { createHash, randomBytes } from 'node:crypto';
import { makeInstance } from '../support/synthetic.ts';

const SIDE = 2048;
const FRAME_BYTES = SIDE * SIDE * 2;
const PIECE_BYTES = 128 << 10;
const MULTI_FRAME = '1.2.840.10008.5.1.4.1.1.7.3';

export class LargeObject {
  readonly sopClassUid = MULTI_FRAME;
  readonly transferSyntaxUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  /** Of the data set, in bytes. */
  readonly length: number;
  readonly #head: Buffer;
  readonly #frame = randomBytes(FRAME_BYTES);
  readonly #frames: number;

  /** @param megabytes of Pixel Data, in whole frames of 8 MB */
  constructor(megabytes: number) {
    this.#frames = Math.max(1, Math.round((megabytes * 2 ** 20) / FRAME_BYTES));
    const instance = makeInstance({
      sopClassUid: MULTI_FRAME,
      rows: SIDE,
      columns: SIDE,
      bits: 16,
      frames: this.#frames,
      pixelBytes: 0,
    });
    this.transferSyntaxUid = instance.transferSyntaxUid;
    this.sopInstanceUid = instance.sopInstanceUid;
    this.seriesInstanceUid = instance.seriesInstanceUid;
    this.studyInstanceUid = instance.studyInstanceUid;
    this.#head = Buffer.concat([instance.dataSet, pixelDataHeader(this.#frames * FRAME_BYTES)]);
    this.length = this.#head.length + this.#frames * FRAME_BYTES;
  }

  *pieces(): Generator<Buffer> {
    yield this.#head;
    for (let frame = 0; frame < this.#frames; frame++) {
      for (let at = 0; at < FRAME_BYTES; at += PIECE_BYTES) yield this.#frame.subarray(at, at + PIECE_BYTES);
    }
  }

  sha256(): string {
    const hash = createHash('sha256');
    for (const piece of this.pieces()) hash.update(piece);
    return hash.digest('hex');
  }
}

/** (7FE0,0010) OW in explicit VR little endian. */
function pixelDataHeader(length: number): Buffer {
  const header = Buffer.from([0xe0, 0x7f, 0x10, 0, 0x4f, 0x57, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(length, 8);
  return header;
}
