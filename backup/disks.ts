/** What home remembers of each disk, known by the id in its disk.json whatever folder or letter it comes under. */
import { ArchiveError } from '../src/errors.ts';
import type { Memory } from './memory.ts';

export interface KnownDisk {
  targetId: string;
  /** Counts the clinic's disks from 1 in the order of their first run; people write it on them. */
  number: number;
  /** Where it was seen last. */
  folder: string;
  /** ISO 8601, UTC. */
  lastSeen: string;
  /** The start of the last run that left everything on it. */
  lastSuccess: string | null;
  /** Number of the last run on it. */
  lastRun: number;
  /** After that run; null when the disk does not say. */
  freeBytes: number | null;
  /** The room after each of the last runs, oldest first. */
  room: { at: string; freeBytes: number }[];
  /** As its disk.json said at the last run; absent while no run has looked. */
  encrypted?: boolean;
}

/** One run that reached a disk. */
export interface DiskRun {
  targetId: string;
  folder: string;
  /** ISO 8601, UTC. */
  at: string;
  good: boolean;
  run: number;
  freeBytes: number | null;
  encrypted: boolean;
}

const KEY = 'backup.disks';
const RUNS_KEPT = 30;
const DAY_MS = 86_400_000;
/** A disk that hardly fills is full on the last day that has four digits. */
const FARTHEST = Date.UTC(9999, 11, 31);

/** In the order of their numbers. */
export async function recallDisks(memory: Memory): Promise<KnownDisk[]> {
  const text = await memory.get(KEY);
  return text === undefined ? [] : (JSON.parse(text) as KnownDisk[]);
}

/** The number of the last run on each disk, by its id. */
export function lastRuns(disks: readonly KnownDisk[]): Record<string, number> {
  return Object.fromEntries(disks.map(({ targetId, lastRun }) => [targetId, lastRun]));
}

export async function rememberDisk(memory: Memory, run: DiskRun): Promise<void> {
  await memory.set(KEY, JSON.stringify(disksAfter(await recallDisks(memory), run)));
}

/**
 * Forgets a disk that was retired; one that comes again all the same is counted anew.
 * @throws ArchiveError NOT_FOUND when there is none of this number
 */
export async function forgetDisk(memory: Memory, number: number): Promise<void> {
  const disks = await recallDisks(memory);
  const left = disks.filter((disk) => disk.number !== number);
  if (left.length === disks.length) throw new ArchiveError('NOT_FOUND', `disk ${number}`);
  await memory.set(KEY, JSON.stringify(left));
}

export function disksAfter(disks: readonly KnownDisk[], run: DiskRun): KnownDisk[] {
  const { targetId, folder, at, good, freeBytes, encrypted } = run;
  const before = disks.find((disk) => disk.targetId === targetId);
  const after: KnownDisk = {
    targetId,
    number: before?.number ?? Math.max(0, ...disks.map(({ number }) => number)) + 1,
    folder,
    lastSeen: at,
    lastSuccess: good ? at : (before?.lastSuccess ?? null),
    lastRun: run.run,
    freeBytes,
    room: [...(before?.room ?? []), ...(freeBytes === null ? [] : [{ at, freeBytes }])].slice(-RUNS_KEPT),
    encrypted,
  };
  return before ? disks.map((disk) => (disk === before ? after : disk)) : [...disks, after];
}

export interface Forecast {
  /** Bytes that the disk lost in a day, over its last runs. */
  bytesPerDay: number;
  /** From its last run on. */
  daysUntilFull: number;
  /** `YYYY-MM-DD`, UTC. */
  fullOn: string;
}

/** When the disk will be full at the rate at which its room shrank; null while that cannot be said. */
export function forecast({ room }: KnownDisk): Forecast | null {
  const [first, last] = [room.at(0), room.at(-1)];
  if (!first || !last) return null;
  const days = (Date.parse(last.at) - Date.parse(first.at)) / DAY_MS;
  const shrunk = first.freeBytes - last.freeBytes;
  if (days < 1 || shrunk <= 0) return null;
  const daysUntilFull = Math.floor((last.freeBytes / shrunk) * days);
  const full = new Date(Math.min(Date.parse(last.at) + daysUntilFull * DAY_MS, FARTHEST));
  return { bytesPerDay: Math.round(shrunk / days), daysUntilFull, fullOn: full.toISOString().slice(0, 10) };
}
