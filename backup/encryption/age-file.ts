/** One age file on a target: written as a stream with flat memory, read in any range. */
import { createHash } from 'node:crypto';
import { ArchiveError } from '../../src/errors.ts';
import type { TargetReader, TargetWriter } from '../target.ts';
import { LONGEST_HEADER, newHeader, openHeader } from './age-header.ts';
import { openPiece, PIECE, plainSize, sealPiece, TAG } from './age-stream.ts';

/** Pieces that are read at once. */
const AT_ONCE = 16;

/** Encrypts what is written into `out`. The commit tells size and hash of the plain file. */
export async function ageWriter(out: TargetWriter, recipients: readonly string[]): Promise<TargetWriter> {
  const { bytes, key } = await newHeader(recipients);
  const hash = createHash('sha256');
  let size = 0;
  let number = 0;
  /** The last piece so far waits, since only the last of all is marked. */
  let waiting: Buffer = Buffer.alloc(0);
  await out.write(bytes);
  return {
    async write(chunk) {
      hash.update(chunk);
      size += chunk.length;
      const plain = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
      const sealed: Buffer[] = [];
      let at = 0;
      for (; plain.length - at > PIECE; at += PIECE) {
        sealed.push(...sealPiece(key, number++, false, plain.subarray(at, at + PIECE)));
      }
      // The chunk belongs to the caller again when this resolves.
      waiting = Buffer.from(plain.subarray(at));
      if (sealed.length > 0) await out.write(Buffer.concat(sealed));
    },
    async commit(onRead) {
      await out.write(Buffer.concat(sealPiece(key, number, true, waiting)));
      await out.commit(onRead && ofPlain(size, onRead));
      return { size, sha256: hash.digest('hex') };
    },
    discard: () => out.discard(),
  };
}

/** Headers and tags are read back too, and are nobody's progress. */
function ofPlain(size: number, onRead: (bytes: number) => void): (bytes: number) => void {
  let [sealed, told] = [0, 0];
  return (bytes) => {
    sealed += bytes;
    const now = Math.min(size, sealed);
    onRead(now - told);
    told = now;
  };
}

/**
 * @param sealed the file on the target; closed with the reader, or when this throws
 * @throws ArchiveError BACKUP_VERIFY_MISMATCH when it is no age file for these identities
 */
export async function ageReader(sealed: TargetReader, identities: readonly string[]): Promise<TargetReader> {
  try {
    const begin = Buffer.alloc(Math.min(LONGEST_HEADER, sealed.size));
    const read = await sealed.read(begin, 0);
    const { key, payloadAt } = await openHeader(begin.subarray(0, read), identities).catch((cause) => {
      throw new ArchiveError('BACKUP_VERIFY_MISMATCH', 'age', { cause });
    });
    return new AgeReader(sealed, key, payloadAt);
  } catch (error) {
    await sealed.close().catch(() => undefined);
    throw error;
  }
}

class AgeReader implements TargetReader {
  readonly size: number;
  readonly #sealed: TargetReader;
  readonly #key: Buffer;
  readonly #payloadAt: number;
  readonly #last: number;
  /** The piece that was opened last: small reads in a row meet it again. */
  #kept: { number: number; plain: Buffer } | undefined;

  constructor(sealed: TargetReader, key: Buffer, payloadAt: number) {
    this.#sealed = sealed;
    this.#key = key;
    this.#payloadAt = payloadAt;
    const payload = sealed.size - payloadAt;
    this.size = plainSize(payload);
    this.#last = Math.max(0, Math.ceil(payload / (PIECE + TAG)) - 1);
  }

  async read(into: Buffer, position: number): Promise<number> {
    const wanted = Math.max(0, Math.min(into.length, this.size - position));
    let filled = 0;
    while (filled < wanted) {
      const at = position + filled;
      const first = Math.floor(at / PIECE);
      const pieces = await this.#open(first, Math.floor((position + wanted - 1) / PIECE));
      for (const [i, plain] of pieces.entries()) {
        const skip = i === 0 ? at - first * PIECE : 0;
        const copied = plain.copy(into, filled, skip, Math.min(plain.length, skip + wanted - filled));
        if (copied === 0) return filled;
        filled += copied;
      }
    }
    return filled;
  }

  close(): Promise<void> {
    return this.#sealed.close();
  }

  /** The pieces from one to another, or as many of them as are read at once. */
  async #open(first: number, last: number): Promise<Buffer[]> {
    if (this.#kept?.number === first) return [this.#kept.plain];
    const until = Math.min(last, first + AT_ONCE - 1);
    const sealed = Buffer.allocUnsafe((until - first + 1) * (PIECE + TAG));
    const read = await this.#sealed.read(sealed, this.#payloadAt + first * (PIECE + TAG));
    const pieces: Buffer[] = [];
    for (let number = first; number <= until; number++) {
      const start = (number - first) * (PIECE + TAG);
      pieces.push(this.#openOne(number, sealed.subarray(start, Math.min(read, start + PIECE + TAG))));
    }
    this.#kept = { number: until, plain: pieces.at(-1) as Buffer };
    return pieces;
  }

  #openOne(number: number, sealed: Buffer): Buffer {
    try {
      return openPiece(this.#key, number, number === this.#last, sealed);
    } catch (cause) {
      throw new ArchiveError('BACKUP_VERIFY_MISMATCH', `age ${number}`, { cause });
    }
  }
}
