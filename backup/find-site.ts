/** Finds the clinic's folder on a target that a person named: the target itself, or the folder in it. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../src/config/settings.ts';
import { ArchiveError } from '../src/errors.ts';
import { configuredBucket, isCloud, isConfigured, namedBucket } from './cloud.ts';
import type { Target } from './target.ts';
import { targetFailure } from './target-failure.ts';
import { folderTarget } from './targets/folder.ts';
import { s3Target } from './targets/s3.ts';
import { S3Client } from './targets/s3-client.ts';
import { listFolders } from './targets/s3-list.ts';

const SITE = /^clinicpacs-[0-9a-z]+$/;
/** What tells the clinic's own folder from a disk that somebody gave the same kind of name. */
const OWN = ['manifests', 'volumes', 'disk.json'];

/**
 * @param place `/mnt/usb` or `/mnt/usb/clinicpacs-1a2b3c4d5e`; `https://host/bucket/prefix` likewise
 * @param backup of config.json, if there is one: holds the keys of a cloud; those of others come from the environment
 * @throws ArchiveError BACKUP_TARGET_MISSING when there is no such folder; REQUEST_INVALID when it holds no backup, or
 *   those of several clinics
 */
export async function findSite(place: string, backup?: Config['backup']): Promise<Target> {
  if (isCloud(place)) return inBucket(place, backup);
  const at = path.resolve(place);
  const names = await readdir(at).catch((error) => {
    throw targetFailure(error, at);
  });
  const site = siteAmong(names, at);
  return site === '' ? folderTarget(path.dirname(at), path.basename(at)) : folderTarget(at, site);
}

async function inBucket(place: string, backup: Config['backup'] | undefined): Promise<Target> {
  const bucket = backup && isConfigured(backup, place) ? configuredBucket(backup, place) : namedBucket(place);
  const names = await listFolders(new S3Client(bucket, ''));
  return s3Target(bucket, siteAmong(names, place));
}

/** '' when the place is the clinic's own folder. */
function siteAmong(names: readonly string[], place: string): string {
  if (OWN.some((name) => names.includes(name))) return '';
  const sites = names.filter((name) => SITE.test(name));
  if (sites.length === 1) return String(sites[0]);
  const detail =
    sites.length === 0
      ? `${place}: 백업이 없는 폴더입니다. / There is no backup in this folder.`
      : `${place}: 여러 의원의 백업이 있습니다. 하나를 골라 주세요. / Several backups; please name one of them: ${sites.join(', ')}`;
  throw new ArchiveError('REQUEST_INVALID', detail);
}
