/** Who a target belongs to, and the papers that lie on it so that it can be read without us. */
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from './catalogue.ts';
import type { HomeKeys } from './encryption/age-target.ts';
import { type DiskEncryption, encryptionFor } from './encryption/disk-encryption.ts';
import { openSealed, sealedLine } from './sealed.ts';
import { type Target, writeWhole } from './target.ts';

export interface Site {
  siteId: string;
  clinic: string;
}

/** disk.json: by this a disk is known, whatever letter or mount point it has today. */
export interface Disk extends Site {
  format: 'clinicpacs-backup';
  version: 1;
  targetId: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** Absent: nothing on the disk is encrypted. */
  encryption?: DiskEncryption;
}

export const DISK = 'disk.json';
export const PAPERS = ['README.txt', 'restore.mjs'] as const;
/** Hashes of the papers, in the form of `sha256sum`. */
export const PAPER_HASHES = 'tools.sha256';

/** The folder of a clinic on a target. */
export function siteFolder(siteId: string): string {
  return `clinicpacs-${siteId}`;
}

/** The disk's own paper; undefined when there is none or it is damaged. */
export async function readDisk(target: Target): Promise<Disk | undefined> {
  const file = await target.read(DISK);
  const disk = file && (openSealed(file) as Disk | undefined);
  return disk?.format === 'clinicpacs-backup' ? disk : undefined;
}

/**
 * Makes a fresh target ours, brings the papers of an older program version up to date, and says who it is.
 * @param problems gets a damaged disk.json
 * @param keys of home; say whether a fresh target is encrypted
 */
export async function identify(
  target: Target,
  site: Site,
  problems: Problem[],
  keys?: HomeKeys,
): Promise<Disk | undefined> {
  const file = await target.read(DISK);
  const disk = file ? await readDisk(target) : await claim(target, site, keys);
  if (!disk)
    problems.push({ path: DISK, ko: '디스크 정보가 손상되었습니다.', en: 'The identity of the disk is damaged.' });
  await layPapers(target);
  return disk;
}

/** The content of the papers that this program version lays on a target. */
export async function papers(): Promise<Map<string, Buffer>> {
  const folder = path.join(import.meta.dirname, 'standalone');
  const read = async (name: string) => [name, await readFile(path.join(folder, name))] as const;
  return new Map(await Promise.all(PAPERS.map(read)));
}

/** The text of `tools.sha256` for these papers. */
export function paperHashes(content: ReadonlyMap<string, Buffer>): string {
  return [...content].map(([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`).join('');
}

async function claim(target: Target, { siteId, clinic }: Site, keys: HomeKeys | undefined): Promise<Disk> {
  const targetId = randomUUID();
  const disk: Disk = {
    format: 'clinicpacs-backup',
    version: 1,
    siteId,
    clinic,
    targetId,
    createdAt: new Date().toISOString(),
    ...(keys?.encryptNew && { encryption: await encryptionFor(targetId, keys.recipients) }),
  };
  await writeWhole(target, DISK, Buffer.from(sealedLine(disk)));
  return disk;
}

async function layPapers(target: Target): Promise<void> {
  const ours = await papers();
  const hashes = Buffer.from(paperHashes(ours));
  if ((await target.read(PAPER_HASHES))?.equals(hashes)) return;
  for (const [name, bytes] of ours) await writeWhole(target, name, bytes, { replace: true });
  await writeWhole(target, PAPER_HASHES, hashes, { replace: true });
}
