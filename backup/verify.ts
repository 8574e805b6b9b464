/** Reads a whole target back and names everything on it that is not as it was written. */
import { missingParts, type Problem, readManifest } from './catalogue.ts';
import { hashRange, hashWhole, withReader } from './hash-stored.ts';
import type { ManifestEntry, ManifestTrailer } from './manifest.ts';
import { byWriting, parseName } from './names.ts';
import { committedCopies } from './snapshot.ts';
import type { Target, TargetReader } from './target.ts';
import { checkCopy, checkPapers, checkRuns } from './verify-papers.ts';

export interface VerifyProgress {
  bytesDone: number;
  bytesTotal: number;
}

export interface VerifyResult {
  volumes: number;
  /** Those whose every byte was read. */
  volumesRead: number;
  files: number;
  /** Bytes read. */
  bytes: number;
  problems: Problem[];
  /** Files that could not be copied and are still owed; the newest manifest names them. */
  pending: string[];
}

/** Read only a part of the volumes, so that all of them are read once in `NIGHTS`. */
export interface VerifyPart {
  /** Counts the nights. */
  turn: number;
  /** Bytes of all volumes up to which every night reads all of them; for tests. */
  allUpTo?: number;
}

const NIGHTS = 30;
/** An old disk reads this in under ten minutes. */
const ALL_UP_TO = 20e9;

/**
 * Reads every manifest, copy and record; of the volumes all, or the newest run's and a thirtieth of the others. Of the
 * rest it looks whether they are there.
 * @param onProgress told now and then; bytes of volumes and of the copies of the databases
 * @throws ArchiveError BACKUP_TARGET_MISSING when there is no target, or none any more
 */
export async function verify(
  target: Target,
  onProgress: (progress: VerifyProgress) => void = () => undefined,
  part?: VerifyPart,
): Promise<VerifyResult> {
  const result: VerifyResult = { volumes: 0, volumesRead: 0, files: 0, bytes: 0, problems: [], pending: [] };
  const { problems } = result;
  await target.freeBytes();
  await checkPapers(target, problems);
  const trailers = await readTrailers(target, result);
  await checkStrays(target, trailers, problems);
  const copies = await committedCopies(target);
  const read = part ? partOf(trailers, part) : trailers;
  if (part) await checkPresence(target, trailers, problems);
  const total = await bytesOf(target, read, copies);
  const count = (bytes: number) => {
    result.bytes += bytes;
    onProgress({ bytesDone: result.bytes, bytesTotal: total });
  };
  for (const [manifest, trailer] of read) {
    await checkVolume(target, manifest, trailer, problems, count);
    if (trailer.volume !== null) result.volumesRead++;
  }
  for (const path of copies) await checkCopy(target, path, problems, count);
  await checkRuns(target, trailers, copies, problems);
  // A disk that was pulled meanwhile must not be told as a thousand missing files.
  await target.freeBytes();
  return result;
}

/** The last line of every manifest by path, in the order of writing. */
async function readTrailers(target: Target, result: VerifyResult): Promise<Map<string, ManifestTrailer>> {
  const trailers = new Map<string, ManifestTrailer>();
  const paths = (await target.list('manifests')).filter((path) => parseName(path)?.part !== undefined).sort(byWriting);
  result.problems.push(...missingParts(paths));
  for (const path of paths) {
    const manifest = await readManifest(target, path, result.problems);
    if (!manifest) continue;
    trailers.set(path, manifest.trailer);
    result.files += manifest.entries.length;
    if (manifest.trailer.volume !== null) result.volumes++;
    result.pending = manifest.trailer.pending.map(({ path, reason }) => `${path} (${reason})`);
  }
  return trailers;
}

/** A volume whose manifest is gone; what an interrupted last run left is no part of the backup and no fault. */
async function checkStrays(
  target: Target,
  trailers: ReadonlyMap<string, ManifestTrailer>,
  problems: Problem[],
): Promise<void> {
  const manifests = new Set(await target.list('manifests'));
  const newest = [...manifests].sort(byWriting).at(-1);
  const listed = new Set([...trailers.values()].map(({ volume }) => volume));
  for (const path of await target.list('volumes')) {
    const manifest = path.replace('volumes/', 'manifests/').replace(/zip$/, 'jsonl');
    if (listed.has(path) || manifests.has(manifest)) continue;
    if (parseName(path) && newest !== undefined && byWriting(path, newest) > 0) continue;
    problems.push({ path, ko: '이 볼륨의 목록 파일이 없습니다.', en: 'There is no manifest of this volume.' });
  }
}

/** The volumes of the newest run, and those whose turn it is. */
function partOf(
  trailers: ReadonlyMap<string, ManifestTrailer>,
  { turn, allUpTo = ALL_UP_TO }: VerifyPart,
): ReadonlyMap<string, ManifestTrailer> {
  const bytes = [...trailers.values()].reduce((sum, { size }) => sum + size, 0);
  if (bytes <= allUpTo) return trailers;
  const all = [...trailers];
  const newest = parseName(all.at(-1)?.[0] ?? '')?.run;
  return new Map(all.filter(([path], at) => at % NIGHTS === turn % NIGHTS || parseName(path)?.run === newest));
}

async function checkPresence(
  target: Target,
  trailers: ReadonlyMap<string, ManifestTrailer>,
  problems: Problem[],
): Promise<void> {
  const there = new Set(await target.list('volumes'));
  for (const { volume } of trailers.values()) {
    if (volume !== null && !there.has(volume)) problems.push({ path: volume, ...GONE });
  }
}

const GONE = { ko: '볼륨이 없거나 읽을 수 없습니다.', en: 'Missing or unreadable.' };

async function bytesOf(
  target: Target,
  trailers: ReadonlyMap<string, ManifestTrailer>,
  copies: readonly string[],
): Promise<number> {
  let bytes = [...trailers.values()].reduce((sum, { size }) => sum + size, 0);
  for (const path of copies) bytes += await withReader(target, path, async ({ size }) => size, 0);
  return bytes;
}

async function checkVolume(
  target: Target,
  manifest: string,
  { volume, size, sha256 }: ManifestTrailer,
  problems: Problem[],
  count: (bytes: number) => void,
): Promise<void> {
  if (volume === null) return;
  const found = await hashWhole(target, volume, count);
  if (!found) {
    if (!problems.some(({ path }) => path === volume)) problems.push({ path: volume, ...GONE });
  } else if (found.size !== size || found.sha256 !== sha256) await nameBadEntries(target, volume, manifest, problems);
}

/** Which files of a damaged volume are damaged; perhaps none, when only the ZIP's own tables are. */
async function nameBadEntries(target: Target, volume: string, manifest: string, problems: Problem[]): Promise<void> {
  const entries = (await readManifest(target, manifest, []))?.entries ?? [];
  const bad = await withReader(target, volume, (reader) => badEntries(reader, entries), entries);
  const kept = entries.length - bad.length;
  problems.push({
    path: volume,
    ko: `볼륨이 손상되었습니다. 파일 ${entries.length}개 중 ${kept}개는 온전합니다.`,
    en: `The volume is damaged; ${kept} of its ${entries.length} files are whole.`,
  });
  for (const { path } of bad) {
    problems.push({ path: volume, entry: path, ko: '파일이 손상되었습니다.', en: 'The file is damaged.' });
  }
}

async function badEntries(reader: TargetReader, entries: readonly ManifestEntry[]): Promise<ManifestEntry[]> {
  const bad: ManifestEntry[] = [];
  for (const entry of entries) {
    const sha256 = await hashRange(reader, entry.offset, entry.size).catch(() => undefined);
    if (sha256 !== entry.sha256) bad.push(entry);
  }
  return bad;
}
