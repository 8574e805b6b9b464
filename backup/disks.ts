/** What home remembers of each disk, known by the id in its disk.json whatever folder or letter it comes under. */
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
}

const KEY = 'backup.disks';
const RUNS_KEPT = 30;
const DAY_MS = 86_400_000;

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

export function disksAfter(disks: readonly KnownDisk[], run: DiskRun): KnownDisk[] {
  const { targetId, folder, at, good, freeBytes } = run;
  const before = disks.find((disk) => disk.targetId === targetId);
  const after: KnownDisk = {
    targetId,
    number: before?.number ?? disks.length + 1,
    folder,
    lastSeen: at,
    lastSuccess: good ? at : (before?.lastSuccess ?? null),
    lastRun: run.run,
    freeBytes,
    room: [...(before?.room ?? []), ...(freeBytes === null ? [] : [{ at, freeBytes }])].slice(-RUNS_KEPT),
  };
  return before ? disks.map((disk) => (disk === before ? after : disk)) : [...disks, after];
}

/** Days until the disk is full at the rate at which its room shrank; null while that cannot be said. */
export function daysUntilFull({ room }: KnownDisk): number | null {
  const [first, last] = [room.at(0), room.at(-1)];
  if (!first || !last) return null;
  const days = (Date.parse(last.at) - Date.parse(first.at)) / DAY_MS;
  const shrunk = first.freeBytes - last.freeBytes;
  return days < 1 || shrunk <= 0 ? null : Math.floor((last.freeBytes / shrunk) * days);
}
