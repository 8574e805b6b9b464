/** The target at a place: a folder, or a bucket of an object store. Nobody else knows of the kinds. */
import { loadConfig } from '../src/config/load.ts';
import { configuredBucket, isCloud } from './cloud.ts';
import { siteFolder } from './identity.ts';
import type { Target } from './target.ts';
import { folderTarget } from './targets/folder.ts';
import { s3Target } from './targets/s3.ts';

/**
 * @param place a folder, or `https://host/bucket/prefix` of a target in config.json, which holds its keys
 * @throws ArchiveError BACKUP_CLOUD_NOT_ALLOWED
 */
export async function targetAt(place: string, siteId: string, dataDir: string): Promise<Target> {
  if (!isCloud(place)) return folderTarget(place, siteFolder(siteId));
  const { backup } = await loadConfig(dataDir);
  return s3Target(configuredBucket(backup, place), siteFolder(siteId));
}
