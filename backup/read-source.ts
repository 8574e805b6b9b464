/**
 * Reads one stored file for copying and proves it against the hash in the index before any of it is copied. A file that
 * is missing, unreadable or rotten is a value with its reason, never an entry in a volume.
 */
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { giveBuffer, takeBuffer } from './buffers.ts';
import type { Unreadable } from './manifest.ts';
import type { PlanItem } from './plan.ts';

/** Files up to this many bytes are held in memory whole; larger ones are read twice, once to prove and once to copy. */
const WHOLE_UP_TO = 4 * 1024 * 1024;
const CHUNK = 1024 * 1024;
/** Bytes and files read ahead of the writer. */
const AHEAD_BYTES = 16 * 1024 * 1024;
const AHEAD_FILES = 8;

export type SourceFile =
  | { item: PlanItem; sha256: string; bytes: Buffer }
  | { item: PlanItem; sha256: string; open(onFirst: (chunk: Buffer) => void): Readable }
  | { item: PlanItem; reason: Unreadable['reason'] };

/** Reads the items in their order, a few ahead of the caller. */
export async function* readAhead(dataDir: string, items: readonly PlanItem[]): AsyncGenerator<SourceFile> {
  const waiting: { held: number; file: Promise<SourceFile> }[] = [];
  let held = 0;
  let next = 0;
  const mayStart = (item: PlanItem) =>
    waiting.length === 0 || (waiting.length < AHEAD_FILES && held + heldBytes(item) <= AHEAD_BYTES);
  for (;;) {
    for (let item = items[next]; item && mayStart(item); item = items[++next]) {
      held += heldBytes(item);
      waiting.push({ held: heldBytes(item), file: readSource(dataDir, item) });
    }
    const first = waiting.shift();
    if (!first) return;
    yield await first.file;
    held -= first.held;
  }
}

/** Reads and proves one file. Never throws for the file's own faults. */
export async function readSource(dataDir: string, item: PlanItem): Promise<SourceFile> {
  try {
    const handle = await open(path.join(dataDir, ...item.path.split('/')), 'r');
    try {
      return item.size <= WHOLE_UP_TO ? await readWhole(handle, item) : await proveLarge(handle, dataDir, item);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { item, reason: absent ? 'missing' : 'unreadable' };
  }
}

function heldBytes(item: PlanItem): number {
  return item.size <= WHOLE_UP_TO ? item.size : 0;
}

async function readWhole(handle: FileHandle, item: PlanItem): Promise<SourceFile> {
  // Asked for one byte more, a file of the right size answers short of it: no second call for its size.
  const room = takeBuffer(item.size + 1);
  let at = 0;
  while (at < item.size) {
    const { bytesRead } = await handle.read(room, at, room.length - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  const bytes = room.subarray(0, item.size);
  const proof = new Proof(item);
  proof.update(bytes);
  if (at === item.size && proof.holds()) return { item, sha256: proof.sha256(), bytes };
  giveBuffer(bytes);
  return { item, reason: 'damaged' };
}

async function proveLarge(handle: FileHandle, dataDir: string, item: PlanItem): Promise<SourceFile> {
  const proof = new Proof(item);
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, at);
    if (bytesRead === 0) break;
    proof.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  if (!proof.holds()) return { item, reason: 'damaged' };
  const sha256 = proof.sha256();
  return {
    item,
    sha256,
    open: (onFirst) => Readable.from(chunksOf(dataDir, item, sha256, onFirst), { objectMode: false }),
  };
}

/** The second reading. @throws when the bytes are not the ones that were proved; the volume is then given up. */
async function* chunksOf(
  dataDir: string,
  item: PlanItem,
  sha256: string,
  onFirst: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  const handle = await open(path.join(dataDir, ...item.path.split('/')), 'r');
  const hash = createHash('sha256');
  try {
    for (let at = 0; at < item.size; ) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, item.size - at));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      if (at === 0) onFirst(chunk);
      at += bytesRead;
      yield chunk;
    }
  } finally {
    await handle.close();
  }
  if (hash.digest('hex') !== sha256) throw new Error(`${item.path} changed while it was copied`);
}

/** Two hashes in one pass: of the whole file, and of the part that the index knows. */
class Proof {
  readonly #item: PlanItem;
  readonly #file: Hash = createHash('sha256');
  readonly #part: Hash = createHash('sha256');
  #at = 0;

  constructor(item: PlanItem) {
    this.#item = item;
  }

  update(chunk: Buffer): void {
    const { offset, length } = this.#item.hashed;
    this.#file.update(chunk);
    const part = chunk.subarray(Math.max(0, offset - this.#at), Math.max(0, offset + length - this.#at));
    if (part.length > 0) this.#part.update(part);
    this.#at += chunk.length;
  }

  holds(): boolean {
    return this.#at === this.#item.size && this.#part.digest('hex') === this.#item.hashed.sha256;
  }

  sha256(): string {
    return this.#file.digest('hex');
  }
}
