/**
 * The bytes of one slot on their way to the disk. Large pieces go past the page cache where the system allows it
 * (O_DIRECT on Linux): the copy into the cache and its writing out would cost more than everything else an X-ray needs.
 */
import { close, constants, fdatasync, open, writev } from 'node:fs';
import { promisify } from 'node:util';
import { PAGE } from './blocks.ts';
import { closeFlushed } from './flush.ts';
import type { Slot } from './slots.ts';

const openFd = promisify(open);
const fdatasyncFd = promisify(fdatasync);

/** Bytes in the page cache after which the disk is put to work while more arrives: little is left to flush at the end. */
const FLUSH_EARLY = 2 << 20;

export class SlotFile {
  readonly slot: Slot;
  /** The second descriptor, for direct writes; null when the file system, the memory or the platform does not allow them. */
  #direct: Promise<number | null> | undefined;
  #cached = 0;
  #flushing: Promise<unknown> | undefined;
  #failure: unknown;

  constructor(slot: Slot) {
    this.slot = slot;
  }

  /**
   * Writes pieces whose memory, length and `position` are multiples of PAGE, directly if that is possible.
   * @throws the file system's error, that of an earlier flush included
   */
  async writePages(pieces: Buffer[], position: number): Promise<void> {
    this.#direct ??= openDirect(this.slot.path);
    const fd = await this.#direct;
    if (fd !== null) {
      try {
        return await writeAll(fd, pieces, position);
      } catch (error) {
        // EINVAL: not on this file system, or not this memory. Whatever was written before is written again.
        if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
        this.#direct = Promise.resolve(null);
        closeFlushed(fd);
      }
    }
    await this.write(pieces, position);
    this.#flushEarly(lengthOf(pieces));
  }

  /** @throws the file system's error, that of an earlier flush included */
  async write(pieces: Buffer[], position: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await writeAll(this.slot.fd, pieces, position);
  }

  /**
   * Everything written is on stable storage when this resolves; the file is closed.
   * @throws the file system's error. A failed flush is final: it is never tried again.
   */
  async flushAndClose(): Promise<void> {
    await this.#flushing;
    if (this.#failure !== undefined) throw this.#failure;
    await fdatasyncFd(this.slot.fd);
    closeFlushed(this.slot.fd);
    const direct = await this.#direct;
    if (typeof direct === 'number') closeFlushed(direct);
  }

  /** Closes the file whatever its state. */
  async close(): Promise<void> {
    await this.#flushing;
    const direct = await this.#direct;
    for (const fd of [this.slot.fd, direct]) {
      if (typeof fd === 'number') await new Promise((closed) => close(fd, closed));
    }
  }

  #flushEarly(bytes: number): void {
    this.#cached += bytes;
    if (this.#flushing || this.#cached < FLUSH_EARLY) return;
    this.#cached = 0;
    this.#flushing = fdatasyncFd(this.slot.fd).then(
      () => {
        this.#flushing = undefined;
      },
      (error) => {
        this.#failure = error;
        this.#flushing = undefined;
      },
    );
  }
}

async function openDirect(path: string): Promise<number | null> {
  if (!constants.O_DIRECT) return null;
  return openFd(path, constants.O_WRONLY | constants.O_DIRECT).catch(() => null);
}

function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** Writes everything at `position`; a short write (a full disk can cause one) is continued until it fails or is done. */
async function writeAll(fd: number, pieces: Buffer[], position: number): Promise<void> {
  const bytes = lengthOf(pieces);
  if (bytes === 0) return;
  const written = await writevFd(fd, pieces, position);
  if (written === bytes) return;
  // From a page on, for the sake of direct writes; but never without getting on.
  const again = written < PAGE ? written : written - (written % PAGE);
  await writeAll(fd, dropBytes(pieces, again), position + again);
}

/** The pieces without their first `count` bytes; nothing is copied. */
function dropBytes(pieces: readonly Buffer[], count: number): Buffer[] {
  let left = count;
  return pieces.flatMap((piece) => {
    const dropped = Math.min(left, piece.length);
    left -= dropped;
    return dropped === piece.length ? [] : [piece.subarray(dropped)];
  });
}

function writevFd(fd: number, pieces: Buffer[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    writev(fd, pieces, position, (error, written) => {
      if (error) reject(error);
      else if (written === 0) reject(Object.assign(new Error('nothing was written'), { code: 'EIO' }));
      else resolve(written);
    });
  });
}
