/** Some files of a target, by chance: a few of the newest volume and of others, so that every night others are tried. */
import { randomInt } from 'node:crypto';
import { readManifest } from './catalogue.ts';
import type { ManifestEntry } from './manifest.ts';
import type { Target } from './target.ts';

export interface Sample {
  volume: string;
  entries: ManifestEntry[];
}

const VOLUMES = 8;
const FILES_OF_A_VOLUME = 4;
const MOST_BYTES = 256 * 1024 * 1024;

/** @param manifests in the order of writing; the sample begins with the newest that holds files */
export async function takeSample(target: Target, manifests: readonly string[]): Promise<Sample[]> {
  const sample: Sample[] = [];
  let bytes = 0;
  for (const path of inOrderOfTrial(manifests)) {
    if (sample.length >= VOLUMES) break;
    const manifest = await readManifest(target, path, []);
    if (!manifest?.trailer.volume) continue;
    const entries = shuffled(manifest.entries)
      .slice(0, FILES_OF_A_VOLUME)
      .filter(({ size }) => {
        bytes += size;
        return bytes <= MOST_BYTES || sample.length === 0;
      });
    if (entries.length > 0) sample.push({ volume: manifest.trailer.volume, entries });
  }
  return sample;
}

/** The newest few first, since the last of them may hold no files; then any. */
function inOrderOfTrial(manifests: readonly string[]): string[] {
  const newest = manifests.slice(-2).reverse();
  return [...newest, ...shuffled(manifests.slice(0, -2)).slice(0, VOLUMES * 2)];
}

function shuffled<T>(list: readonly T[]): T[] {
  const left = [...list];
  for (let i = left.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [left[i], left[j]] = [left[j] as T, left[i] as T];
  }
  return left;
}
