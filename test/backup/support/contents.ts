/** What lies on a target, read without the code under test wherever that is possible. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ManifestEntry, ManifestTrailer } from '../../../backup/manifest.ts';
import { sha256 } from './plain-files.ts';

/** Paths of all files below a folder, relative to it, sorted. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

export interface OnTarget {
  manifests: { path: string; entries: ManifestEntry[]; trailer: ManifestTrailer }[];
  /** Every entry of every manifest. */
  entries: ManifestEntry[];
}

/** Every manifest of a site folder, in the order of their names; throws when a volume does not hold what they say. */
export async function readTarget(site: string): Promise<OnTarget> {
  const names = (await filesBelow(site)).filter((name) => name.startsWith('manifests/'));
  const manifests = await Promise.all(names.map((name) => readManifestFile(site, name)));
  return { manifests, entries: manifests.flatMap(({ entries }) => entries) };
}

async function readManifestFile(site: string, name: string): Promise<OnTarget['manifests'][number]> {
  const lines = (await readFile(path.join(site, name), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const trailer = lines.pop() as ManifestTrailer;
  const entries = lines as ManifestEntry[];
  if (trailer.volume !== null) {
    const volume = await readFile(path.join(site, trailer.volume));
    if (sha256(volume) !== trailer.sha256) throw new Error(`${trailer.volume} is not what ${name} says`);
    for (const entry of entries) {
      const bytes = volume.subarray(entry.offset, entry.offset + entry.size);
      if (sha256(bytes) !== entry.sha256)
        throw new Error(`${entry.path} in ${trailer.volume} is not what ${name} says`);
    }
  }
  return { path: name, entries, trailer };
}
