/** The part of verifying that is not about volumes: the papers on the disk, the copies of the databases, the records of runs. */
import { createHash } from 'node:crypto';
import { CANARY_FOLDER, changedOnTarget } from './canaries.ts';
import type { Problem } from './catalogue.ts';
import { hashWhole } from './hash-stored.ts';
import { DISK, PAPER_HASHES, PAPERS, readDisk } from './identity.ts';
import type { ManifestTrailer } from './manifest.ts';
import { readRun, runPaths, type StoredRun } from './runs.ts';
import { toldHash } from './snapshot.ts';
import type { Target } from './target.ts';

/** disk.json, the canaries where there are any, and the papers that let anybody restore. */
export async function checkPapers(target: Target, problems: Problem[]): Promise<void> {
  const disk = await readDisk(target);
  if (disk && (await target.list(CANARY_FOLDER)).length > 0) {
    problems.push(...(await changedOnTarget(target, disk.siteId)));
  }
  if (!disk) {
    problems.push({ path: DISK, ko: '디스크 정보가 없거나 손상되었습니다.', en: 'Missing or damaged.' });
  }
  const told = String((await target.read(PAPER_HASHES)) ?? '');
  const expected = new RegExp(`^${PAPERS.map((name) => `[0-9a-f]{64} {2}${name.replace('.', '\\.')}\n`).join('')}$`);
  if (!expected.test(told)) {
    problems.push({ path: PAPER_HASHES, ko: '없거나 손상되었습니다.', en: 'Missing or damaged.' });
    return;
  }
  for (const line of told.trimEnd().split('\n')) {
    const [hash, name = ''] = line.split('  ');
    const paper = await target.read(name);
    if (paper && createHash('sha256').update(paper).digest('hex') === hash) continue;
    const ko = `없거나 ${PAPER_HASHES}와 맞지 않습니다.`;
    problems.push({ path: name, ko, en: `Missing, or does not match ${PAPER_HASHES}.` });
  }
}

/** A copy of a database or of the configuration against its `.sha256`. */
export async function checkCopy(
  target: Target,
  path: string,
  problems: Problem[],
  count: (bytes: number) => void,
): Promise<void> {
  const paper = await target.read(`${path}.sha256`);
  const found = await hashWhole(target, path, count);
  if (paper && found && toldHash(paper, path) === found.sha256) return;
  const ko = `사본이 ${path}.sha256과 맞지 않습니다.`;
  problems.push({ path, ko, en: `The copy does not match ${path}.sha256.` });
}

/** Each record names the one before it by hash, and the manifests that its run wrote. */
export async function checkRuns(
  target: Target,
  trailers: ReadonlyMap<string, ManifestTrailer>,
  copies: readonly string[],
  problems: Problem[],
): Promise<void> {
  const runs = new Map<string, StoredRun>();
  for (const path of await runPaths(target)) {
    const run = await readRun(target, path);
    if (run) runs.set(path, run);
  }
  const there = new Set([...trailers.keys(), ...problems.map(({ path }) => path)]);
  for (const run of runs.values()) problems.push(...problemsOfRun(run, runs, there));
  const named = new Map<string, string>();
  for (const { path, record } of runs.values()) {
    for (const copy of Object.values(record?.copies ?? {})) named.set(copy.path, path);
  }
  const thinned = new Set([...runs.values()].flatMap(({ record }) => record?.thinned ?? []));
  for (const [copy, by] of named) {
    if (!copies.includes(copy) && !thinned.has(copy)) problems.push(missing(copy, by));
  }
}

function problemsOfRun(
  { path, record }: StoredRun,
  runs: ReadonlyMap<string, StoredRun>,
  manifests: ReadonlySet<string>,
): Problem[] {
  if (!record) return [{ path, ko: '실행 기록이 손상되었습니다.', en: 'The record of a run is damaged.' }];
  const problems = record.manifests.filter((manifest) => !manifests.has(manifest)).map((name) => missing(name, path));
  if (!record.previous) return problems;
  const before = runs.get(record.previous.path);
  if (!before) problems.push(missing(record.previous.path, path));
  else if (before.record && before.sha256 !== record.previous.sha256) {
    problems.push({ path: before.path, ko: '기록이 바뀌었습니다.', en: `Not the record that ${path} names.` });
  }
  return problems;
}

function missing(path: string, namedBy: string): Problem {
  return { path, ko: `${namedBy}에 적혀 있으나 없습니다.`, en: `Named by ${namedBy}, but missing.` };
}
