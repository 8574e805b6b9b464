/**
 * Gives a living archive back what it lost: files that are gone or damaged come from a backup into their places. A stored
 * file never changes, so a place and a hash say all; what is whole is left alone.
 */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileIdOf } from '../src/storage/file-id.ts';
import { flushFolder, makeFolder } from '../src/storage/flush.ts';
import type { Problem } from './catalogue.ts';
import { type RestoreProgress, restore } from './restore.ts';
import { sha256Of } from './sha256-of.ts';
import type { Source } from './source.ts';
import type { Target } from './target.ts';

/** One of them. */
export interface Wanted {
  /** Patient ID. */
  patient?: string;
  /** Study Instance UID. */
  study?: string;
  /** SOP Instance UID. */
  instance?: string;
}

export interface PutBack {
  /** Files of the backup that were asked for. */
  files: number;
  /** Of these, whole at home: left alone. */
  whole: number;
  /** Of these, gone or damaged at home: put back. */
  putBack: number;
  /** Of those put back, unknown to the index: they are shown after `npm run reindex`. */
  notInIndex: number;
  problems: Problem[];
}

/** @throws ArchiveError NOT_FOUND when the backup has nothing of it; STORAGE_FULL; BACKUP_TARGET_MISSING */
export async function putBack(
  source: Source,
  target: Target,
  wanted: Wanted,
  onProgress: (progress: RestoreProgress) => void = () => undefined,
): Promise<PutBack> {
  const tmp = path.join(source.dataDir, 'tmp');
  await mkdir(tmp, { recursive: true });
  const scratch = await mkdtemp(path.join(tmp, `backup-${process.pid}-`));
  try {
    const { files, problems } = await restore({ target, dataDir: scratch, ...wanted, onProgress });
    const result: PutBack = { files, whole: 0, putBack: 0, notInIndex: 0, problems };
    for (const file of await filesIn(scratch)) await place(source, scratch, file, result);
    return result;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A damaged file is kept beside its successor under a name that nobody reads. */
async function place({ dataDir, database }: Source, scratch: string, file: string, result: PutBack): Promise<void> {
  const [from, to] = [path.join(scratch, file), path.join(dataDir, file)];
  const live = await sha256Of(to).catch(() => undefined);
  if (live !== undefined && live === (await sha256Of(from))) {
    result.whole++;
    return;
  }
  await makeFolder(path.dirname(to));
  if (live !== undefined) await rename(to, `${to}.damaged-${Date.now()}`);
  await rename(from, to);
  await flushFolder(path.dirname(to));
  result.putBack++;
  const fileId = idOf(file);
  if (fileId !== undefined && database.read('instancesOfFiles', { fileIds: [fileId] }).length === 0)
    result.notInIndex++;
}

async function filesIn(scratch: string): Promise<string[]> {
  const entries = await readdir(path.join(scratch, 'images'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(scratch, path.join(entry.parentPath, entry.name)));
}

/** Of `images/2026/11/24/abc-1.dcm`. */
function idOf(file: string): string | undefined {
  const [, year = '', month = '', day = '', name = ''] = file.split(path.sep);
  return fileIdOf(year + month + day, name);
}
