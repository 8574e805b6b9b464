/**
 * Consistent copies of the databases, made on a local disk while the appliance goes on writing, checked, and then
 * brought to the target with the same care as a volume. SQLite is never run on the target itself.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ChainPosition } from '../src/db/operations/audit.ts';
import { ArchiveError } from '../src/errors.ts';
import type { Problem } from './catalogue.ts';
import { parseName, type RunId, runName } from './names.ts';
import { processLives } from './process-lives.ts';
import { freeBytesAt, type Head, type Source } from './source.ts';
import { type Target, writeWhole } from './target.ts';

/** Copies in a folder of their own. */
export interface LocalSnapshot {
  folder: string;
  /** Every row of the copies up to here has its file on the disk. */
  head: Head;
  /** The newest row of the access log before the copy was made: the copy holds it. */
  accessLog: ChainPosition | undefined;
  /** A database that could not be copied; the images are backed up all the same. */
  problems: Problem[];
  remove(): Promise<void>;
}

/** A copy on the target. */
export interface StoredCopy {
  path: string;
  size: number;
  sha256: string;
}

/**
 * The kinds of copy under `db/`, with the name each has in a data folder; `keys`, on encrypted targets only, is a bundle of
 * several files.
 */
export const COPIES = {
  index: 'index.sqlite',
  records: 'records.sqlite',
  config: 'config.json',
  keys: 'keys.json',
} as const;
export type CopyKind = keyof typeof COPIES;

const CHUNK = 1024 * 1024;
/** Room left over when a folder for the copies is chosen. */
const SLACK = 64 * 1024 * 1024;

/**
 * Copies the records, and the index unless it is still at `unchangedSince`.
 * @throws ArchiveError STORAGE_WRITE_FAILED when no local folder can be made
 */
export async function takeSnapshot(
  source: Source,
  unchangedSince: { epoch: string; seq: number } | undefined,
): Promise<LocalSnapshot> {
  const problems: Problem[] = [];
  const folder = await roomyFolder(source.dataDir);
  const copy = (database: 'index' | 'records') => {
    try {
      return source.database.read('snapshot', { database, file: path.join(folder, COPIES[database]) });
    } catch (error) {
      problems.push(notCopied(COPIES[database], error));
      return undefined;
    }
  };
  const accessLog = source.database.read('accessChainHead', {});
  copy('records');
  // Read after the copy of the records was made, the live count of quarantined files covers every row in it.
  const live = source.head();
  const same = unchangedSince?.epoch === live.epoch && unchangedSince.seq === live.seq;
  const indexHead = same ? undefined : copy('index');
  const remove = () => rm(folder, { recursive: true, force: true });
  return { folder, head: { ...live, ...indexHead }, accessLog, problems, remove };
}

function notCopied(name: string, error: unknown): Problem {
  const reason = (error as Error).message;
  return { path: name, ko: `복사하지 못했습니다 (${reason}).`, en: `It could not be copied (${reason}).` };
}

/** Bytes that copies of both databases take at most. */
export async function snapshotBytes(dataDir: string): Promise<number> {
  let bytes = 0;
  for (const name of [COPIES.index, COPIES.records]) {
    for (const ending of ['', '-wal'])
      bytes += await stat(path.join(dataDir, name + ending)).then(
        (s) => s.size,
        () => 0,
      );
  }
  return bytes;
}

/** Where a copy lies on the target. */
export function copyPath(id: RunId, kind: CopyKind): string {
  return `db/${runName(id)}.${COPIES[kind]}`;
}

export interface StoreCopyOptions {
  /** A copy that is on the target: nothing is written when the file still is the same. */
  unless?: StoredCopy | undefined;
  /** Told the bytes written since the last call. */
  onBytes?: (bytes: number) => void;
}

/**
 * Brings one local file to the target, and after it its hash in the form of `sha256sum`.
 * @returns undefined when there is no such file here
 */
export async function storeCopy(
  target: Target,
  file: string,
  to: string,
  { unless, onBytes }: StoreCopyOptions = {},
): Promise<StoredCopy | undefined> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    if (unless && (await hashOf(handle)) === unless.sha256 && (await target.list('db')).includes(unless.path)) {
      return unless;
    }
    return await writeCopy(target, handle, to, onBytes);
  } finally {
    await handle.close();
  }
}

async function writeCopy(
  target: Target,
  handle: FileHandle,
  to: string,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<StoredCopy> {
  const writer = await target.create(to);
  let committed = false;
  try {
    for await (const chunk of chunksOf(handle)) {
      await writer.write(chunk);
      onBytes(chunk.length);
    }
    const { size, sha256 } = await writer.commit(onBytes);
    committed = true;
    await writeWhole(target, `${to}.sha256`, Buffer.from(`${sha256}  ${path.posix.basename(to)}\n`));
    return { path: to, size, sha256 };
  } catch (error) {
    await writer.discard();
    // The hash, which makes a copy count, may be there or not: neither is left alone.
    if (committed) for (const path of [`${to}.sha256`, to]) await target.remove(path).catch(() => undefined);
    throw error;
  }
}

async function hashOf(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(handle)) hash.update(chunk);
  return hash.digest('hex');
}

/** The buffer of a chunk is used again for the next. */
async function* chunksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** Paths of the copies on a target, sorted. A copy counts when its hash lies beside it, as a volume when it has its manifest. */
export async function committedCopies(target: Target): Promise<string[]> {
  const hashes = (await target.list('db')).filter((path) => parseName(path) && path.endsWith('.sha256'));
  return hashes.map((path) => path.slice(0, -'.sha256'.length));
}

/** The hash that a `.sha256` file of ours tells; undefined when it is not in our form. */
export function toldHash(file: Buffer, name: string): string | undefined {
  const hash = file.toString('latin1', 0, 64);
  const whole = /^[0-9a-f]{64}$/.test(hash) && file.toString('utf8', 64) === `  ${path.posix.basename(name)}\n`;
  return whole ? hash : undefined;
}

/**
 * A new folder for copies of the databases: in the data folder when it has room, else in the system's temporary folder.
 * @param more bytes needed beside them
 */
export async function roomyFolder(dataDir: string, more = 0): Promise<string> {
  const needed = (await snapshotBytes(dataDir)) + more + SLACK;
  const own = path.join(dataDir, 'tmp');
  try {
    await mkdir(own, { recursive: true });
    const parent = (await freeBytesAt(own)) >= needed ? own : os.tmpdir();
    return await mkdtemp(path.join(parent, `backup-${process.pid}-`));
  } catch (error) {
    throw new ArchiveError('STORAGE_WRITE_FAILED', own, { cause: error });
  }
}

/** Removes what runs that were killed left in the data folder. */
export async function dropOldSnapshots(dataDir: string): Promise<void> {
  const own = path.join(dataDir, 'tmp');
  for (const name of await readdir(own).catch(() => [])) {
    const pid = /^backup-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !processLives(Number(pid)))
      await rm(path.join(own, name), { recursive: true, force: true });
  }
}
