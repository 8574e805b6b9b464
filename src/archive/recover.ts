/**
 * What start-up does about images that were under way when the program ended. Only the batches that still have a
 * marker are looked at, never the tree: what has a row stays; what is whole gets its row; what never became whole was
 * never acknowledged and goes; what is sealed but damaged goes into quarantine.
 */
import { stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Database } from '../db/database.ts';
import { ArchiveError } from '../errors.ts';
import type { Log } from '../log.ts';
import { flushFolder } from '../storage/flush.ts';
import type { ImageStore } from '../storage/image-store.ts';
import type { SealedHeader } from '../storage/provenance.ts';
import { finishBatch, unfinishedBatches } from '../storage/slots.ts';
import { quarantine } from './quarantine.ts';
import { describeStoredFile, isIntact, readSealedHeader } from './stored-file.ts';

export interface Recovery {
  /** Files that got their row now. */
  filed: number;
  /** Empty or incomplete files removed. */
  removed: number;
  quarantined: number;
}

export async function recover(store: ImageStore, database: Database, log: Log): Promise<Recovery> {
  const recovery: Recovery = { filed: 0, removed: 0, quarantined: 0 };
  const batches = await unfinishedBatches(store.dataDir);
  if (batches.length > 0) await database.write('skipChangeNumbers', {});
  for (const { marker, fileIds } of batches) {
    const settled = await recoverBatch(store, database, log, fileIds, recovery);
    await flushFolder(dirname(store.pathOf(fileIds[0] as string))).catch(ignoreMissing);
    // What could not be settled is tried again at the next start; it must not keep the archive from starting.
    if (settled && (await flushed(database))) await finishBatch(store.dataDir, marker);
  }
  if (recovery.filed + recovery.quarantined > 0) log.warn({ ...recovery }, 'recovered images of an interrupted run');
  return recovery;
}

/** The rows are on stable storage: nobody has to look at their files again. */
function flushed(database: Database): Promise<boolean> {
  return database.write('flushIndex', {}).then(
    () => true,
    () => false,
  );
}

async function recoverBatch(
  store: ImageStore,
  database: Database,
  log: Log,
  fileIds: readonly string[],
  recovery: Recovery,
): Promise<boolean> {
  const filed = new Set(await database.read('hasFiles', { fileIds }));
  let settled = true;
  for (const fileId of fileIds) {
    if (filed.has(fileId)) continue;
    try {
      recovery[await recoverFile(store, database, fileId)]++;
    } catch (error) {
      settled = false;
      log.error({ fileId, error: String(error) }, 'an image of an interrupted run could not be filed');
    }
  }
  return settled;
}

async function recoverFile(store: ImageStore, database: Database, fileId: string): Promise<keyof Recovery> {
  const path = store.pathOf(fileId);
  const size = await stat(path).then((found) => found.size, ignoreMissing);
  if (size === undefined) return 'removed';
  const header = size === 0 ? undefined : await readSealedHeader(path);
  if (!header) {
    await unlink(path);
    return 'removed';
  }
  return fileOrQuarantine(store, database, fileId, header);
}

async function fileOrQuarantine(
  store: ImageStore,
  database: Database,
  fileId: string,
  header: SealedHeader,
): Promise<keyof Recovery> {
  const path = store.pathOf(fileId);
  try {
    if (!(await isIntact(path, header))) throw new ArchiveError('DATA_SET_UNREADABLE', 'damaged by an interrupted run');
    const file = await describeStoredFile(fileId, path, header);
    const { kind } = await database.write('registerInstance', file);
    if (kind === 'already-stored') await unlink(path);
    return 'filed';
  } catch (error) {
    if (!(error instanceof ArchiveError) || error.entry.retry) throw error;
    const sealed = { fileId, path, ...header, ...header.seal, sha256: Buffer.from(header.seal.sha256, 'hex') };
    await quarantine(store.dataDir, database, sealed, header.transferSyntaxUid, header.provenance, error);
    return 'quarantined';
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
