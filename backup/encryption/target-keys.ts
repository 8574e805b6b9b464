/** What opens an encrypted target: read from its disk.json whether it is one, and tried before anything else is read. */
import { ArchiveError } from '../../src/errors.ts';
import { type Disk, readDisk } from '../identity.ts';
import type { Target } from '../target.ts';
import { ageTarget, type HomeKeys } from './age-target.ts';
import { proveIdentities } from './disk-encryption.ts';

/**
 * The target as it is to be read: its files decrypted when it is an encrypted one.
 * @throws ArchiveError BACKUP_KEY_NEEDED when none of the identities opens it
 */
export async function openForReading(target: Target, identities: readonly string[]): Promise<Target> {
  const disk = await readDisk(target);
  if (disk ? !disk.encryption : !(await holdsAge(target))) return target;
  await proveKeys(target, disk, identities);
  return ageTarget(target, { recipients: [], identities });
}

/**
 * The target as a run is to write it.
 * @param keys of home; undefined when backups never were encrypted
 * @throws ArchiveError BACKUP_KEY_NEEDED when an encrypted target cannot be opened; BACKUP_NOT_ENCRYPTED when backups are
 *   to be encrypted and this disk was begun without
 */
export async function openForWriting(
  target: Target,
  disk: Disk | undefined,
  keys: HomeKeys | undefined,
): Promise<Target> {
  const encrypted = disk ? disk.encryption !== undefined : await holdsAge(target);
  if (!encrypted && (target.onlyEncrypted || (keys?.encryptNew && disk)))
    throw new ArchiveError('BACKUP_NOT_ENCRYPTED', target.where);
  if (!encrypted) return target;
  await proveKeys(target, disk, keys?.identities ?? []);
  return ageTarget(target, keys ?? { recipients: [], identities: [] });
}

/**
 * To be asked before anything is written.
 * @throws ArchiveError BACKUP_CLOUD_NOT_ENCRYPTED when the target takes encrypted backups only, and this would be the first
 *   one there and is not to be one
 */
export async function refusePlain(target: Target, keys: HomeKeys | undefined): Promise<void> {
  if (!target.onlyEncrypted || keys?.encryptNew) return;
  if (!(await readDisk(target))?.encryption) throw new ArchiveError('BACKUP_CLOUD_NOT_ENCRYPTED', target.where);
}

async function proveKeys(target: Target, disk: Disk | undefined, identities: readonly string[]): Promise<void> {
  if (identities.length === 0) throw keyNeeded(target);
  if (!disk?.encryption) return;
  try {
    await proveIdentities(disk.encryption, identities);
  } catch (cause) {
    throw keyNeeded(target, cause);
  }
}

/** For a target whose disk.json is damaged. */
async function holdsAge(target: Target): Promise<boolean> {
  return (await target.list('manifests')).some((path) => path.endsWith('.age'));
}

function keyNeeded(target: Target, cause?: unknown): ArchiveError {
  return new ArchiveError('BACKUP_KEY_NEEDED', target.where, { cause });
}
