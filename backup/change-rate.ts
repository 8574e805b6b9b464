/**
 * How many of some stored files are no longer what the index knows: before a run, so that a backup is never made of what
 * malware left. Entropy would say nothing, since images may be compressed; so the DICOM prefix and the hash are compared.
 */
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { FileToProve } from '../src/db/operations/backup.ts';
import { fileIdToPath } from '../src/storage/file-id.ts';
import { giveBuffer } from './buffers.ts';
import { readSource } from './read-source.ts';
import type { Source } from './source.ts';

export interface ChangeRate {
  /** Files looked at. */
  sampled: number;
  /** Of these: gone, without the DICOM prefix, or with another hash. */
  changed: number;
  /** The first of them, relative to the data folder. */
  example?: string;
}

/** Files looked at: in an archive of which 5 % are encrypted, 96 of 100 such samples hold at least three of them. */
const FILES = 128;
/** Files whose hash is made, up to so many bytes: about a third of a second. */
const HASHED_FILES = 48;
const HASHED_BYTES = 96 * 1024 * 1024;
/** PS3.10 section 7.1: the preamble, then the prefix. */
const PREAMBLE = 128;
const PREFIX = 'DICM';
const AT_ONCE = 8;

export async function changeRate({ dataDir, database }: Source): Promise<ChangeRate> {
  const files = database.read('filesToProve', { count: FILES });
  const hashed = hashable(files);
  const changed: string[] = [];
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const group = files.slice(start, start + AT_ONCE);
    const whole = await Promise.all(group.map((file) => isWhole(dataDir, file, hashed.has(file))));
    changed.push(...group.filter((_, i) => !whole[i]).map(pathOf));
  }
  return { sampled: files.length, changed: changed.length, ...(changed[0] && { example: changed[0] }) };
}

/** A few from all over the list, not its beginning alone. */
function hashable(files: readonly FileToProve[]): Set<FileToProve> {
  const step = Math.max(1, Math.floor(files.length / HASHED_FILES));
  let bytes = 0;
  const chosen = files.filter((file, i) => {
    if (i % step !== 0 || bytes + file.dataSetLength > HASHED_BYTES) return false;
    bytes += file.dataSetLength;
    return true;
  });
  return new Set(chosen);
}

async function isWhole(dataDir: string, file: FileToProve, byHash: boolean): Promise<boolean> {
  if (!byHash) return hasPrefix(path.join(dataDir, ...pathOf(file).split('/')));
  const { dataSetOffset: offset, dataSetLength: length, sha256 } = file;
  const hashedPart = { offset, length, sha256 };
  const found = await readSource(dataDir, { path: pathOf(file), size: offset + length, seq: 0, hashed: hashedPart });
  if ('bytes' in found) giveBuffer(found.bytes);
  return 'sha256' in found;
}

async function hasPrefix(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PREFIX.length), 0, PREFIX.length, PREAMBLE);
    return bytesRead === PREFIX.length && buffer.toString('latin1') === PREFIX;
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

function pathOf({ fileId }: FileToProve): string {
  return fileIdToPath(fileId).split(path.sep).join('/');
}
