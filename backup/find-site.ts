/** Finds the clinic's folder on a target that a person named: the target itself, or the folder in it. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ArchiveError } from '../src/errors.ts';
import type { Target } from './target.ts';
import { targetFailure } from './target-failure.ts';
import { folderTarget } from './targets/folder.ts';

const SITE = /^clinicpacs-[0-9a-z]+$/;
/** What tells the clinic's own folder from a disk that somebody gave the same kind of name. */
const OWN = ['manifests', 'volumes', 'disk.json'];

/**
 * @param folder `/mnt/usb` or `/mnt/usb/clinicpacs-1a2b3c4d5e`
 * @throws ArchiveError BACKUP_TARGET_MISSING when there is no such folder; REQUEST_INVALID when it holds no backup, or
 *   those of several clinics
 */
export async function findSite(folder: string): Promise<Target> {
  const at = path.resolve(folder);
  const names = await readdir(at).catch((error) => {
    throw targetFailure(error, at);
  });
  if (OWN.some((name) => names.includes(name))) return folderTarget(path.dirname(at), path.basename(at));
  const sites = names.filter((name) => SITE.test(name));
  if (sites.length === 1) return folderTarget(at, String(sites[0]));
  const detail =
    sites.length === 0
      ? `${at}: 백업이 없는 폴더입니다. / There is no backup in this folder.`
      : `${at}: 여러 의원의 백업이 있습니다. 하나를 골라 주세요. / Several backups; please name one of them: ${sites.join(', ')}`;
  throw new ArchiveError('REQUEST_INVALID', detail);
}
