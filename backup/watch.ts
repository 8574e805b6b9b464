/** Looks for the marks of malware on the store and on the target before a run writes anything. */
import { changedInStore, changedOnTarget, layInStore, layOnTarget } from './canaries.ts';
import type { Problem } from './catalogue.ts';
import { type ChangeRate, changeRate } from './change-rate.ts';
import { readDisk } from './identity.ts';
import type { Source } from './source.ts';
import type { Target } from './target.ts';

/** What home knows when a run begins; plain values. */
export interface Watch {
  /** Places where canaries lie: `store:<epoch of the index>`, and ids of targets. */
  laid: string[];
  /** The share of changed files in a sample that staff has looked at and let pass. */
  tolerated: number;
}

export interface Alarm extends Omit<ChangeRate, 'example'> {
  reasons: Problem[];
}

export interface Watched {
  /** Nothing may be written. */
  alarm?: Alarm;
  /** For home to remember. */
  watch: Watch;
}

/** So many changed files of a sample are an alarm; fewer are a disk's rot, which is told file by file. */
const FEWEST = 3;
/** So many times the share that staff let pass is an alarm again. */
const MORE_THAN_SEEN = 1.5;
/** Volumes on the target whose beginning is looked at. */
const VOLUMES = 16;
/** APPNOTE.TXT section 4.3.7, and the first line of an age file. */
const BEGINNINGS = ['PK\u0003\u0004', 'age-'];

/** Touches no target. A restored or rebuilt index has an epoch of its own: its store gets new canaries. */
export async function watchStore(source: Source, siteId: string, watch: Watch): Promise<Watched> {
  const place = `store:${source.head().epoch}`;
  const rate = await changeRate(source);
  const reasons = watch.laid.includes(place) ? await changedInStore(source.dataDir, siteId) : [];
  if (rate.changed >= FEWEST + MORE_THAN_SEEN * watch.tolerated * rate.sampled) reasons.push(tooMany(rate));
  const { sampled, changed } = rate;
  if (reasons.length > 0) return { alarm: { reasons, sampled, changed }, watch };
  const tolerated = Math.min(watch.tolerated, sampled === 0 ? 0 : changed / sampled);
  if (watch.laid.includes(place) || !(await layInStore(source.dataDir, siteId))) {
    return { watch: { ...watch, tolerated } };
  }
  const laid = [...watch.laid.filter((name) => !name.startsWith('store:')), place];
  return { watch: { laid, tolerated } };
}

function tooMany({ sampled, changed, example = '' }: ChangeRate): Problem {
  return {
    path: example,
    ko: `보관 중인 영상 ${sampled}개를 골라 보았더니 ${changed}개가 없어졌거나 DICOM 파일이 아니거나 내용이 바뀌었습니다.`,
    en: `Of ${sampled} stored images looked at, ${changed} are gone, are no DICOM files any more, or have other bytes.`,
  };
}

/** To be called under the target's lock, before anything is written. */
export async function watchTarget(target: Target, siteId: string, watch: Watch): Promise<Alarm | undefined> {
  const disk = await readDisk(target);
  const known = disk ? watch.laid.includes(disk.targetId) : await mayBeOurs(target, watch);
  const changed = known ? await changedOnTarget(target, siteId) : [];
  const reasons = changed.map((problem) => ({ ...problem, path: `${target.where}/${problem.path}` }));
  const volumes = await target.list('volumes');
  const bad = await notVolumes(target, volumes);
  if (bad.length >= FEWEST) reasons.push(overwritten(target, volumes.length, bad));
  return reasons.length > 0 ? { reasons, sampled: 0, changed: 0 } : undefined;
}

/** After all was found well: from now on they must stay as they are. */
export async function layCanaries(target: Target, siteId: string, targetId: string, watch: Watch): Promise<Watch> {
  if (watch.laid.includes(targetId)) return watch;
  await layOnTarget(target, siteId);
  return { ...watch, laid: [...watch.laid, targetId] };
}

/** A folder with something in it and no identity that can be read, while we have disks with canaries. */
async function mayBeOurs(target: Target, { laid }: Watch): Promise<boolean> {
  return laid.some((place) => !place.startsWith('store:')) && (await target.list('')).length > 0;
}

async function notVolumes(target: Target, volumes: readonly string[]): Promise<string[]> {
  const named = volumes.filter((path) => !/\.zip(\.age)?$/.test(path));
  const step = Math.max(1, Math.floor(volumes.length / VOLUMES));
  const looked = volumes.filter((path, i) => i % step === 0 && !named.includes(path));
  const begins = Buffer.alloc(4);
  for (const path of looked) {
    const reader = await target.open(path);
    const read = (await reader?.read(begins, 0).finally(() => reader.close())) ?? 0;
    if (read < begins.length || !BEGINNINGS.includes(begins.toString('latin1'))) named.push(path);
  }
  return named;
}

function overwritten(target: Target, all: number, bad: readonly string[]): Problem {
  return {
    path: `${target.where}/${bad[0]}`,
    ko: `백업 볼륨 ${all}개 가운데 ${bad.length}개가 ZIP 파일이 아닙니다.`,
    en: `${bad.length} of ${all} volumes of the backup are no ZIP files any more.`,
  };
}
