/**
 * One data set on its way to the disk: gathered in blocks behind the room of its header, hashed while it arrives, written
 * in large pieces, sealed by its header last.
 */
import { createHash } from 'node:crypto';
import { BLOCK_SIZE, giveBlocksBack, PAGE, takeBlock } from './blocks.ts';
import { type FileIdentity, type Provenance, sealHeader, unsealedHeader } from './provenance.ts';
import { SlotFile } from './slot-file.ts';
import type { Slots } from './slots.ts';

/** Full blocks that start a write, and bytes in memory at which the sender should pause. */
const WRITE_BLOCKS = 4;
const CONGESTED = 4 << 20;
/** The first bytes are kept for the index: they hold the attributes of nearly every image. */
const HEAD_SIZE = 64 << 10;
const NOTHING = Buffer.alloc(0);

export interface SealedFile {
  fileId: string;
  path: string;
  dataSetOffset: number;
  dataSetLength: number;
  /** SHA-256 of the data set. */
  sha256: Buffer;
}

export class IncomingImage {
  readonly #slots: Slots;
  readonly #provenance: Provenance;
  readonly #hash = createHash('sha256');
  /** Bytes of the file before the data set. */
  readonly #headerLength: number;
  readonly #file: Promise<SlotFile>;
  /** The first block, kept until the seal for the header and for the keys of the index. */
  readonly #first: Buffer;
  /** The block being filled, and how far. */
  #block: Buffer | undefined;
  #filled: number;
  /** Full blocks that wait to be written. */
  #pending: Buffer[] = [];
  #received = 0;
  /** Bytes of the file that were written; a multiple of BLOCK_SIZE, with the first page still missing. */
  #written = 0;
  #writing: Promise<void> | undefined;
  #hashed = false;
  #sealing = false;
  #released = false;
  #failure: unknown;
  #drained: (() => void)[] = [];

  constructor(slots: Slots, identity: FileIdentity, provenance: Provenance) {
    this.#slots = slots;
    this.#provenance = provenance;
    const header = unsealedHeader(identity);
    this.#first = this.#block = takeBlock();
    this.#headerLength = this.#filled = header.copy(this.#first);
    this.#file = slots.take().then((slot) => new SlotFile(slot));
    this.#file.catch((error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  /** Bytes of the data set so far. */
  get length(): number {
    return this.#received;
  }

  /** The sender should pause until `drained()`. */
  get congested(): boolean {
    return this.#received - this.#written > CONGESTED && this.#failure === undefined;
  }

  drained(): Promise<void> {
    if (!this.congested) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /** The first 64 KiB of the data set, or all of it when it is smaller; the memory is used again after the seal. */
  head(): Buffer {
    if (this.#released) return NOTHING;
    return this.#first.subarray(this.#headerLength, this.#headerLength + Math.min(HEAD_SIZE, this.#received));
  }

  /** Copies the bytes: the caller may use the buffer again. */
  write(chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#failure !== undefined) return;
    for (let at = 0; at < chunk.length; ) {
      this.#block ??= takeBlock();
      const taken = chunk.copy(this.#block, this.#filled, at);
      at += taken;
      this.#filled += taken;
      if (this.#filled === BLOCK_SIZE) this.#endBlock(this.#block);
    }
    if (this.#pending.length >= WRITE_BLOCKS) this.#startWriting();
  }

  /**
   * Seals and flushes: when this resolves, the file is on stable storage under its final name.
   * @throws the file system's error. A failed flush is final: the descriptor is never flushed again, the file is removed.
   */
  async seal(): Promise<SealedFile> {
    this.#sealing = true;
    try {
      while (this.#writing) await this.#writing;
      const file = await this.#file;
      if (this.#failure !== undefined) throw this.#failure;
      const sha256 = await this.#writeRest(file);
      await file.flushAndClose();
      this.#release();
      const { fileId, path } = file.slot;
      return { fileId, path, dataSetOffset: this.#headerLength, dataSetLength: this.#received, sha256 };
    } catch (error) {
      await this.#giveUp(error);
      throw error;
    }
  }

  /** The row is committed (or the file has gone elsewhere): the slot is accounted for. */
  async settle(): Promise<void> {
    await this.#slots.settle((await this.#file).slot);
  }

  /** Removes a sealed file again. */
  async remove(): Promise<void> {
    await this.#slots.discard((await this.#file).slot);
  }

  /** Gives up before the seal: nothing is kept. Once sealing has begun, the seal decides. */
  async discard(): Promise<void> {
    if (!this.#sealing) await this.#giveUp(new Error('discarded'));
  }

  #endBlock(block: Buffer): void {
    this.#hashBlock(block);
    this.#pending.push(block);
    this.#block = undefined;
    this.#filled = 0;
  }

  /** The header, at the start of the first block, is not part of the data set. */
  #hashBlock(bytes: Buffer): void {
    this.#hash.update(this.#hashed ? bytes : bytes.subarray(this.#headerLength));
    this.#hashed = true;
  }

  #startWriting(): void {
    if (this.#writing) return;
    this.#writing = this.#writePending().finally(() => {
      this.#writing = undefined;
      if (this.#pending.length >= WRITE_BLOCKS && this.#failure === undefined) this.#startWriting();
    });
  }

  async #writePending(): Promise<void> {
    const blocks = this.#pending.splice(0);
    try {
      await this.#writeBlocks(await this.#file, blocks);
      this.#written += blocks.length * BLOCK_SIZE;
    } catch (error) {
      this.#failure ??= error;
    }
    giveBlocksBack(blocks.filter((block) => block !== this.#first));
    this.#wake();
  }

  /** Whole pages after what is written, but for the very first one: that of the header is written last. */
  async #writeBlocks(file: SlotFile, pieces: Buffer[]): Promise<void> {
    if (this.#written > 0) return file.writePages(pieces, this.#written);
    const [first, ...others] = pieces;
    await file.writePages([(first as Buffer).subarray(PAGE), ...others], PAGE);
  }

  /** What is still in memory, then the header: a file whose header is there is whole. Returns the SHA-256. */
  async #writeRest(file: SlotFile): Promise<Buffer> {
    const last = this.#block?.subarray(0, this.#filled) ?? NOTHING;
    this.#hashBlock(last);
    const sha256 = this.#hash.digest();
    const seal = { dataSetLength: this.#received, sha256: sha256.toString('hex') };
    sealHeader(this.#first.subarray(0, this.#headerLength), this.#provenance, seal);
    // A small image goes out in one call with its header.
    if (this.#written === 0 && this.#pending.length === 0) await file.write([last], 0);
    else {
      await this.#writeTail(file, last);
      await file.write([this.#first.subarray(0, PAGE)], 0);
    }
    return sha256;
  }

  async #writeTail(file: SlotFile, last: Buffer): Promise<void> {
    const pages = last.length - (last.length % PAGE);
    const whole = [...this.#pending, last.subarray(0, pages)].filter((piece) => piece.length > 0);
    const position = this.#written + this.#pending.length * BLOCK_SIZE + pages;
    if (whole.length > 0) await this.#writeBlocks(file, whole);
    await file.write([last.subarray(pages)], position);
  }

  async #giveUp(why: unknown): Promise<void> {
    this.#failure ??= why;
    this.#wake();
    await this.#writing?.catch(() => undefined);
    this.#release();
    const file = await this.#file.catch(() => undefined);
    if (!file) return;
    await file.close();
    await this.#slots.discard(file.slot).catch(() => undefined);
  }

  /** No write is under way: the memory goes back. */
  #release(): void {
    if (this.#released) return;
    this.#released = true;
    const blocks = new Set([this.#first, ...this.#pending, this.#block]);
    giveBlocksBack([...blocks].filter((block) => block !== undefined));
    this.#block = undefined;
    this.#pending = [];
  }

  #wake(): void {
    if (this.congested) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}
