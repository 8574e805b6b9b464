/** What a target holds, read from the target alone: which manifests there are and how far the newest goes. */
import { type Manifest, type ManifestTrailer, parseManifest } from './manifest.ts';
import { byWriting, parseName, volumePath } from './names.ts';
import type { Target } from './target.ts';

export interface Catalogue {
  /** Paths in the order of writing. */
  manifests: string[];
  /** The last line of the newest manifest that is whole. */
  newest?: ManifestTrailer;
  /** The highest number of any run that left something. */
  lastRun: number;
  /** What interrupted runs left: volumes without a manifest, copies without their hash. */
  leftovers: string[];
  /** What is wrong, a path and a reason each. */
  problems: Problem[];
}

/** One thing on a target that is not as it was written. `path` is relative to the clinic's folder there. */
export interface Problem {
  path: string;
  /** The entry of a volume, the image in it, or another part. */
  entry?: string;
  ko: string;
  en: string;
}

/** Reads the names on the target, and the newest manifest. */
export async function readCatalogue(target: Target): Promise<Catalogue> {
  const manifests = (await target.list('manifests')).filter(isOurs).sort(byWriting);
  const volumes = (await target.list('volumes')).filter(isOurs).sort(byWriting);
  const runs = await target.list('runs');
  const copies = await target.list('db');
  const numbers = [...manifests, ...volumes, ...runs, ...copies].map((name) => parseName(name)?.run ?? 0);
  const lastRun = numbers.reduce((most, run) => Math.max(most, run), 0);
  const problems: Problem[] = [];
  const newest = await newestTrailer(target, manifests, problems);
  const leftovers = [...strays(manifests, volumes, problems), ...copiesWithoutHash(copies, runs)];
  return { manifests, ...(newest && { newest }), lastRun, leftovers, problems };
}

/** A manifest by its path; undefined, with the reason among `problems`, when it is missing or not whole. */
export async function readManifest(target: Target, path: string, problems: Problem[]): Promise<Manifest | undefined> {
  const file = await target.read(path);
  const manifest = file && parseManifest(file);
  if (!file) problems.push({ path, ko: '목록 파일이 없습니다.', en: 'The manifest is missing.' });
  else if (!manifest) problems.push({ path, ko: '목록 파일이 손상되었습니다.', en: 'The manifest is damaged.' });
  return manifest;
}

function isOurs(path: string): boolean {
  return parseName(path)?.part !== undefined;
}

/** A damaged newest manifest is a problem, and the one before it tells the mark: files are then copied again. */
async function newestTrailer(
  target: Target,
  manifests: readonly string[],
  problems: Problem[],
): Promise<ManifestTrailer | undefined> {
  for (const path of manifests.toReversed()) {
    const manifest = await readManifest(target, path, problems);
    if (manifest) return manifest.trailer;
  }
  return undefined;
}

/** Volumes without a manifest: those after the newest manifest are leftovers, any other lost its manifest. */
function strays(manifests: readonly string[], volumes: readonly string[], problems: Problem[]): string[] {
  const committed = new Set(manifests.map((path) => baseName(path)));
  const newest = manifests.at(-1);
  const leftovers: string[] = [];
  for (const path of volumes.filter((volume) => !committed.has(baseName(volume)))) {
    if (newest === undefined || byWriting(path, newest) > 0) leftovers.push(path);
    else problems.push({ path, ko: '볼륨의 목록 파일이 없어졌습니다.', en: 'The manifest of this volume is gone.' });
  }
  problems.push(...missingParts(manifests));
  return leftovers;
}

/** The hash beside a copy is its commit; of a run that has its record, a copy without it lost it and is no leftover. */
function copiesWithoutHash(copies: readonly string[], runs: readonly string[]): string[] {
  const there = new Set(copies);
  const recorded = new Set(runs.map((path) => parseName(path)?.run));
  return copies.filter(
    (path) => !path.endsWith('.sha256') && !there.has(`${path}.sha256`) && !recorded.has(parseName(path)?.run),
  );
}

/** Volumes of a run are numbered without gaps. */
export function missingParts(manifests: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  let last = { run: 0, part: 0 };
  for (const path of manifests) {
    const { run = 0, part = 0, stamp = '' } = parseName(path) ?? {};
    for (let gap = run === last.run ? last.part + 1 : 1; gap < part; gap++) {
      const missing = volumePath({ stamp, run }, gap);
      problems.push({ path: missing, ko: '목록 파일이 없어졌습니다.', en: 'Its manifest is gone.' });
    }
    last = { run, part };
  }
  return problems;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[a-z]+$/, '');
}
