/** A mount point whose disk is not plugged in looks like an empty folder of the system's own disk. */
import { stat } from 'node:fs/promises';
import { ArchiveError } from '../src/errors.ts';
import { targetFailure } from './target-failure.ts';

/**
 * Does a folder lie on another disk than the data folder?
 * @param before whether it did at the last run
 * @throws ArchiveError BACKUP_TARGET_MISSING when it did and does not any more, or when there is no such folder
 */
export async function ownDisk(dataDir: string, folder: string, before: boolean): Promise<boolean> {
  const target = await stat(folder).catch((error) => {
    throw targetFailure(error, folder);
  });
  const own = target.dev !== (await stat(dataDir)).dev;
  if (own || !before) return own;
  throw new ArchiveError(
    'BACKUP_TARGET_MISSING',
    `${folder}: 디스크가 연결되어 있지 않고 빈 폴더만 있습니다. / The disk is not there, only its empty folder.`,
  );
}
