/**
 * The index made again from the files. It runs beside receiving and answering: rows appear day by day, and what was
 * done before an interruption is recognised by its file id. Nothing is deleted; files that cannot be read are counted.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import { fileIdOf } from '../storage/file-id.ts';
import type { ImageStore } from '../storage/image-store.ts';
import { unfinishedBatches } from '../storage/slots.ts';
import { describeStoredFile, readSealedHeader } from './stored-file.ts';

export interface ReindexProgress {
  done: number;
  failed: number;
  /** Files found so far; grows by the day. */
  found: number;
}

/** Files under way at once: enough for one commit to carry many rows, little enough to leave the disk to receiving. */
const AT_ONCE = 64;

export async function reindex(
  store: ImageStore,
  database: Database,
  log: Log,
  onProgress: (progress: ReindexProgress) => void = () => undefined,
): Promise<ReindexProgress> {
  const progress: ReindexProgress = { done: 0, failed: 0, found: 0 };
  for await (const fileIds of storedFilesByDay(store.dataDir)) {
    progress.found += fileIds.length;
    for (let start = 0; start < fileIds.length; start += AT_ONCE) {
      const group = fileIds.slice(start, start + AT_ONCE);
      await Promise.all(group.map((fileId) => reindexFile(store, database, log, fileId, progress)));
      onProgress(progress);
    }
  }
  return progress;
}

async function reindexFile(
  store: ImageStore,
  database: Database,
  log: Log,
  fileId: string,
  progress: ReindexProgress,
): Promise<void> {
  try {
    const path = store.pathOf(fileId);
    const header = await readSealedHeader(path);
    if (!header) throw new Error('the file is cut short or was not written by this program');
    await database.write('registerInstance', await describeStoredFile(fileId, path, header));
    progress.done++;
  } catch (error) {
    progress.failed++;
    log.error({ fileId, error: (error as Error).message }, 'a stored file could not be indexed');
  }
}

/** File ids day by day, oldest first; batches still under way belong to receive and recover. */
async function* storedFilesByDay(dataDir: string): AsyncGenerator<string[]> {
  const underWay = new Set((await unfinishedBatches(dataDir)).map(({ marker }) => marker));
  const root = join(dataDir, 'images');
  for (const year of await numbered(root)) {
    for (const month of await numbered(join(root, year))) {
      for (const day of await numbered(join(root, year, month))) {
        const names = (await readdir(join(root, year, month, day))).sort();
        const fileIds = names.flatMap((name) => fileIdOf(`${year}${month}${day}`, name) ?? []);
        yield fileIds.filter((fileId) => !underWay.has(fileId.slice(0, fileId.lastIndexOf('-'))));
      }
    }
  }
}

async function numbered(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).sort();
}
