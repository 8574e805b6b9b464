/**
 * One data set on its way to the disk: gathered in blocks, hashed while it arrives, written in large pieces, sealed by
 * its header last.
 */
import { createHash } from 'node:crypto';
import { close, fdatasync, writev } from 'node:fs';
import { promisify } from 'node:util';
import { BLOCK_SIZE, giveBlocksBack, takeBlock } from './blocks.ts';
import { closeFlushed } from './flush.ts';
import { type FileIdentity, type Provenance, sealHeader, unsealedHeader } from './provenance.ts';
import type { Slot, Slots } from './slots.ts';

const fdatasyncFd = promisify(fdatasync);

/** Full blocks that start a write, and bytes in memory at which the sender should pause. */
const WRITE_BLOCKS = 4;
const CONGESTED = 4 << 20;
/** Written bytes after which the disk is put to work while more arrives: a large image then has little left to flush at its end. */
const FLUSH_EARLY = 2 << 20;
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
  readonly #header: Buffer;
  readonly #slot: Promise<Slot>;
  /** The first block, kept until the seal for the keys of the index. */
  #first: Buffer | undefined;
  /** The block being filled, and how far. */
  #block: Buffer | undefined;
  #filled = 0;
  /** Full blocks that wait to be written. */
  #pending: Buffer[] = [];
  #received = 0;
  #written = 0;
  #writing: Promise<void> | undefined;
  /** A flush of what was written so far, and how much that was. */
  #flushing: Promise<void> | undefined;
  #flushed = 0;
  #sealing = false;
  #failure: unknown;
  #drained: (() => void)[] = [];

  constructor(slots: Slots, identity: FileIdentity, provenance: Provenance) {
    this.#slots = slots;
    this.#provenance = provenance;
    this.#header = unsealedHeader(identity);
    this.#slot = slots.take();
    this.#slot.catch((error) => {
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
    return this.#first?.subarray(0, Math.min(HEAD_SIZE, this.#received)) ?? NOTHING;
  }

  /** Copies the bytes: the caller may use the buffer again. */
  write(chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#failure !== undefined) return;
    for (let at = 0; at < chunk.length; ) {
      this.#block ??= this.#newBlock();
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
      const slot = await this.#slot;
      if (this.#failure !== undefined) throw this.#failure;
      const sha256 = await this.#writeRest(slot.fd);
      await this.#flushing;
      if (this.#failure !== undefined) throw this.#failure;
      await fdatasyncFd(slot.fd);
      this.#release();
      closeFlushed(slot.fd);
      const { fileId, path } = slot;
      return { fileId, path, dataSetOffset: this.#header.length, dataSetLength: this.#received, sha256 };
    } catch (error) {
      await this.#giveUp(error);
      throw error;
    }
  }

  /** The row is committed (or the file has gone elsewhere): the slot is accounted for. */
  async settle(): Promise<void> {
    await this.#slots.settle(await this.#slot);
  }

  /** Removes a sealed file again. */
  async remove(): Promise<void> {
    await this.#slots.discard(await this.#slot);
  }

  /** Gives up before the seal: nothing is kept. Once sealing has begun, the seal decides. */
  async discard(): Promise<void> {
    if (!this.#sealing) await this.#giveUp(new Error('discarded'));
  }

  #newBlock(): Buffer {
    const block = takeBlock();
    this.#first ??= block;
    return block;
  }

  #endBlock(block: Buffer): void {
    this.#hash.update(block);
    this.#pending.push(block);
    this.#block = undefined;
    this.#filled = 0;
  }

  #startWriting(): void {
    if (this.#writing) return;
    this.#writing = this.#writePending().finally(() => {
      this.#writing = undefined;
      if (this.#pending.length >= WRITE_BLOCKS && this.#failure === undefined) this.#startWriting();
    });
  }

  async #writePending(): Promise<void> {
    try {
      const slot = await this.#slot;
      const blocks = this.#pending.splice(0);
      await writeAll(slot.fd, blocks, this.#header.length + this.#written);
      this.#written += blocks.length * BLOCK_SIZE;
      this.#flushEarly(slot.fd);
      giveBlocksBack(blocks.filter((block) => block !== this.#first));
    } catch (error) {
      this.#failure ??= error;
    }
    this.#wake();
  }

  #flushEarly(fd: number): void {
    if (this.#flushing || this.#written - this.#flushed < FLUSH_EARLY) return;
    this.#flushed = this.#written;
    this.#flushing = fdatasyncFd(fd).then(
      () => {
        this.#flushing = undefined;
      },
      (error) => {
        // Final like any other failed flush.
        this.#failure ??= error;
        this.#flushing = undefined;
        this.#wake();
      },
    );
  }

  /** What is still in memory, then the header: a file whose header is there is whole. Returns the SHA-256. */
  async #writeRest(fd: number): Promise<Buffer> {
    const rest = [...this.#pending];
    if (this.#block !== undefined) {
      const last = this.#block.subarray(0, this.#filled);
      this.#hash.update(last);
      rest.push(last);
    }
    const sha256 = this.#hash.digest();
    const seal = { dataSetLength: this.#received, sha256: sha256.toString('hex') };
    const header = this.#header;
    sealHeader(header, this.#provenance, seal);
    // A small image goes out in one call with its header.
    if (this.#written === 0) await writeAll(fd, [header, ...rest], 0);
    else {
      await writeAll(fd, rest, this.#header.length + this.#written);
      await writeAll(fd, [header], 0);
    }
    return sha256;
  }

  async #giveUp(why: unknown): Promise<void> {
    this.#failure ??= why;
    this.#wake();
    await this.#writing?.catch(() => undefined);
    await this.#flushing;
    this.#release();
    const slot = await this.#slot.catch(() => undefined);
    if (!slot) return;
    await new Promise((closed) => close(slot.fd, closed));
    await this.#slots.discard(slot).catch(() => undefined);
  }

  /** No write is under way: the memory goes back. */
  #release(): void {
    const blocks = new Set([this.#first, ...this.#pending, this.#block]);
    giveBlocksBack([...blocks].filter((block) => block !== undefined));
    this.#first = this.#block = undefined;
    this.#pending = [];
  }

  #wake(): void {
    if (this.congested) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}

/** Writes everything at `position`; a short write (a full disk can cause one) is continued until it fails or is done. */
async function writeAll(fd: number, buffers: Buffer[], position: number): Promise<void> {
  const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  if (bytes === 0) return;
  const written = await writevFd(fd, buffers, position);
  if (written < bytes) await writeAll(fd, [Buffer.concat(buffers).subarray(written)], position + written);
}

function writevFd(fd: number, buffers: Buffer[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    writev(fd, buffers, position, (error, written) => {
      if (error) reject(error);
      else if (written === 0) reject(Object.assign(new Error('nothing was written'), { code: 'EIO' }));
      else resolve(written);
    });
  });
}
