/** Brings the files of one volume back into a data folder. */
import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { ArchiveError } from '../src/errors.ts';
import { flushFolder, makeFolder } from '../src/storage/flush.ts';
import { giveBuffer, takeBuffer } from './buffers.ts';
import type { Problem } from './catalogue.ts';
import type { ManifestEntry } from './manifest.ts';
import type { Target, TargetReader } from './target.ts';

const CHUNK = 1024 * 1024;
/** Files under way at once: their flushes share the disk's journal. */
const AT_ONCE = 16;
/** The only places a backup may write to. */
const SAFE_PATH = /^(images|quarantine)(\/[0-9A-Za-z_-][0-9A-Za-z_.-]*)+$/;

export interface RestoredFiles {
  files: number;
  bytes: number;
  problems: Problem[];
}

/**
 * Writes the entries, flushed, and proved against their hashes. A file that is damaged on the target is named and not
 * left behind. When this resolves, names and bytes are on stable storage.
 * @param onBytes told the bytes written since the last call
 * @throws ArchiveError STORAGE_FULL or STORAGE_WRITE_FAILED for faults of the new disk
 */
export async function restoreVolume(
  target: Target,
  dataDir: string,
  volume: string,
  entries: readonly ManifestEntry[],
  onBytes: (bytes: number) => void,
): Promise<RestoredFiles> {
  const restored: RestoredFiles = { files: 0, bytes: 0, problems: [] };
  const reader = await target.open(volume);
  if (!reader) {
    restored.problems.push({ path: volume, ko: '볼륨이 없습니다.', en: 'The volume is missing.' });
    return restored;
  }
  const folders = new Set<string>();
  try {
    for (let start = 0; start < entries.length; start += AT_ONCE) {
      const group = entries.slice(start, start + AT_ONCE);
      for (const { path: to } of group) await foldersFor(dataDir, to, folders);
      // All of them are over before a failure of one ends the restore: nothing may write or remove a file behind the back
      // of the next try.
      const outcomes = await Promise.allSettled(group.map((entry) => restoreEntry(reader, dataDir, entry, onBytes)));
      outcomes.forEach((outcome, i) => {
        if (outcome.status === 'rejected') throw outcome.reason;
        count(restored, volume, group[i] as ManifestEntry, outcome.value);
      });
    }
    for (const folder of folders) await flushFolder(folder);
  } catch (error) {
    throw localFailure(error, dataDir);
  } finally {
    await reader.close();
  }
  return restored;
}

function count(restored: RestoredFiles, volume: string, entry: ManifestEntry, whole: boolean): void {
  if (whole) {
    restored.files++;
    restored.bytes += entry.size;
  } else {
    const ko = '파일이 백업에서 손상되었습니다.';
    restored.problems.push({ path: volume, entry: entry.path, ko, en: 'The file is damaged in the backup.' });
  }
}

async function foldersFor(dataDir: string, to: string, folders: Set<string>): Promise<void> {
  if (!SAFE_PATH.test(to)) return;
  const folder = path.join(dataDir, ...to.split('/').slice(0, -1));
  if (folders.has(folder)) return;
  await makeFolder(folder);
  folders.add(folder);
}

/** False when the bytes on the target are not those of the manifest, or cannot be read. */
async function restoreEntry(
  reader: TargetReader,
  dataDir: string,
  { path: name, size, sha256, offset }: ManifestEntry,
  onBytes: (bytes: number) => void,
): Promise<boolean> {
  if (!SAFE_PATH.test(name)) return false;
  const to = path.join(dataDir, ...name.split('/'));
  const out = await open(to, 'w');
  const hash = createHash('sha256');
  const buffer = takeBuffer(Math.min(CHUNK, size));
  try {
    for (let at = 0; at < size; ) {
      const read = await reader
        .read(buffer.subarray(0, Math.min(buffer.length, size - at)), offset + at)
        .catch(() => 0);
      if (read === 0) break;
      hash.update(buffer.subarray(0, read));
      await out.writeFile(buffer.subarray(0, read));
      at += read;
      onBytes(read);
    }
    await out.sync();
  } finally {
    giveBuffer(buffer);
    await out.close();
  }
  if (hash.digest('hex') === sha256) return true;
  await rm(to);
  return false;
}

/** A failure of the new disk, which ends the restore; the next call goes on. */
export function localFailure(error: unknown, dataDir: string): ArchiveError {
  if (error instanceof ArchiveError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return new ArchiveError(code === 'ENOSPC' ? 'STORAGE_FULL' : 'STORAGE_WRITE_FAILED', `${dataDir} (${code})`, {
    cause: error,
  });
}
