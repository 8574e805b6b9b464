/**
 * One data set on its way to the disk: hashed while it arrives, written in large pieces, sealed by its header last.
 * Nothing is copied: the buffers handed in are the ones that are written.
 */
import { createHash } from 'node:crypto';
import { close, fdatasync, writev } from 'node:fs';
import { promisify } from 'node:util';
import { encodeHeader, type FileIdentity, type Provenance } from './provenance.ts';
import type { Slot, Slots } from './slots.ts';

const fdatasyncFd = promisify(fdatasync);
const closeFd = promisify(close);

/** Bytes gathered before a write is started, and bytes in memory at which the sender should pause. */
const WRITE_SIZE = 1 << 20;
const CONGESTED = 4 << 20;
/** The first bytes are kept for the index: they hold the attributes of nearly every image. */
const HEAD_SIZE = 64 << 10;
/** writev takes at most IOV_MAX (1024) buffers. */
const MAX_BUFFERS = 1000;

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
  readonly #identity: FileIdentity;
  readonly #provenance: Provenance;
  readonly #hash = createHash('sha256');
  readonly #headerLength: number;
  readonly #head: Buffer[] = [];
  readonly #slot: Promise<Slot>;
  #headLength = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #received = 0;
  #written = 0;
  #writing: Promise<void> | undefined;
  #failure: unknown;
  #drained: (() => void)[] = [];

  constructor(slots: Slots, identity: FileIdentity, provenance: Provenance) {
    this.#slots = slots;
    this.#identity = identity;
    this.#provenance = provenance;
    this.#headerLength = encodeHeader(identity, provenance, undefined).length;
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

  /** The first 64 KiB of the data set, or all of it when it is smaller. */
  head(): Buffer {
    return this.#head.length === 1 ? (this.#head[0] as Buffer) : Buffer.concat(this.#head);
  }

  /** Takes the buffer over; the caller must not change it any more. */
  write(chunk: Buffer): void {
    this.#hash.update(chunk);
    if (this.#headLength < HEAD_SIZE) {
      const part = chunk.subarray(0, HEAD_SIZE - this.#headLength);
      this.#head.push(part);
      this.#headLength += part.length;
    }
    this.#received += chunk.length;
    if (this.#failure !== undefined) return;
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.#pendingBytes >= WRITE_SIZE || this.#pending.length >= MAX_BUFFERS) this.#startWriting();
  }

  /**
   * Seals and flushes: when this resolves, the file is on stable storage under its final name.
   * @throws the file system's error. A failed flush is final: the descriptor is never flushed again, the file is removed.
   */
  async seal(): Promise<SealedFile> {
    try {
      while (this.#writing) await this.#writing;
      const slot = await this.#slot;
      if (this.#failure !== undefined) throw this.#failure;
      const sha256 = this.#hash.digest();
      const seal = { dataSetLength: this.#received, sha256: sha256.toString('hex') };
      const header = encodeHeader(this.#identity, this.#provenance, seal);
      // A small image goes out in one call with its header; a large one gets its header when all else is written.
      if (this.#written === 0) await writeAll(slot.fd, [header, ...this.#pending], 0);
      else {
        await writeAll(slot.fd, this.#pending, this.#headerLength + this.#written);
        await writeAll(slot.fd, [header], 0);
      }
      this.#pending = [];
      await fdatasyncFd(slot.fd);
      await closeFd(slot.fd);
      const { fileId, path } = slot;
      return { fileId, path, dataSetOffset: this.#headerLength, dataSetLength: this.#received, sha256 };
    } catch (error) {
      this.#failure = error;
      await this.discard();
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

  /** Gives up before the seal: nothing is kept. */
  async discard(): Promise<void> {
    this.#failure ??= new Error('discarded');
    this.#pending = [];
    this.#wake();
    await this.#writing?.catch(() => undefined);
    const slot = await this.#slot.catch(() => undefined);
    if (!slot) return;
    await closeFd(slot.fd).catch(() => undefined);
    await this.#slots.discard(slot).catch(() => undefined);
  }

  #startWriting(): void {
    if (this.#writing) return;
    this.#writing = this.#writePending().finally(() => {
      this.#writing = undefined;
      if (this.#pendingBytes >= WRITE_SIZE && this.#failure === undefined) this.#startWriting();
    });
  }

  async #writePending(): Promise<void> {
    try {
      const slot = await this.#slot;
      const buffers = this.#pending.splice(0, MAX_BUFFERS);
      const bytes = lengthOf(buffers);
      this.#pendingBytes -= bytes;
      await writeAll(slot.fd, buffers, this.#headerLength + this.#written);
      this.#written += bytes;
    } catch (error) {
      this.#failure ??= error;
    }
    this.#wake();
  }

  #wake(): void {
    if (this.congested) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}

/** Writes everything at `position`; a short write (a full disk can cause one) is continued until it fails or is done. */
async function writeAll(fd: number, buffers: Buffer[], position: number): Promise<void> {
  for (let start = 0; start < buffers.length; start += MAX_BUFFERS) {
    const group = buffers.slice(start, start + MAX_BUFFERS);
    const bytes = lengthOf(group);
    const written = await writevFd(fd, group, position);
    if (written < bytes) await writeAll(fd, [Buffer.concat(group).subarray(written)], position + written);
    position += bytes;
  }
}

function writevFd(fd: number, buffers: Buffer[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    writev(fd, buffers, position, (error, written) => {
      if (error) reject(error);
      else if (written === 0 && lengthOf(buffers) > 0)
        reject(Object.assign(new Error('nothing was written'), { code: 'EIO' }));
      else resolve(written);
    });
  });
}

function lengthOf(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, buffer) => sum + buffer.length, 0);
}
