/**
 * Finds the clinic's backup disks among what is plugged in: by the disk.json that lies on them, never by a letter or the
 * name of a mount point. Looks at every removable place, each of which may hang: runs in a process of its own.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { readDisk, siteFolder } from './identity.ts';
import { folderTarget } from './targets/folder.ts';

/** Where systems mount disks that come and go. */
const REMOVABLE = /^\/(media|run\/media|mnt|Volumes)(\/|$)/;
const LETTERS = 'DEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Folders that hold a backup of this clinic, each a disk of its own.
 * @param places to look in; the system's removable disks when absent
 */
export async function findDisks(siteId: string, places?: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>();
  for (const place of places ?? (await removablePlaces())) {
    const disk = await readDisk(folderTarget(place, siteFolder(siteId))).catch(() => undefined);
    if (disk?.siteId === siteId && !found.has(disk.targetId)) found.set(disk.targetId, place);
  }
  return [...found.values()];
}

async function removablePlaces(): Promise<string[]> {
  if (process.platform === 'win32') return [...LETTERS].map((letter) => `${letter}:\\`);
  const mounted = mountPoints(await readFile('/proc/self/mounts', 'utf8').catch(() => ''));
  const below = await Promise.all(mounted.map(foldersIn));
  return [...mounted, ...below.flat()];
}

/** The removable ones of a table of mounts, in the form of fstab(5): a blank in a name is written \040. */
export function mountPoints(table: string): string[] {
  return table
    .split('\n')
    .map((line) =>
      (line.split(' ')[1] ?? '').replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8))),
    )
    .filter((place) => REMOVABLE.test(place));
}

/** A backup may lie in a folder of the disk. */
async function foldersIn(place: string): Promise<string[]> {
  const entries = await readdir(place, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(place, name));
}
