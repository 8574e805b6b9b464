/** The state of the backup as home remembers it, for the page and for alarms. Touches no target. */
import type { Config } from '../src/config/settings.ts';
import { type RaisedAlarm, recallAlarm } from './alarm.ts';
import type { Stage } from './back-up-job.ts';
import { type Forecast, forecast, type KnownDisk, recallDisks } from './disks.ts';
import { type DrillSummary, recallStreak } from './drill-folder.ts';
import type { EncryptionStatus } from './encryption/key-ring.ts';
import { type Memory, type RunSummary, recall, recallRuns } from './memory.ts';
import type { Condition } from './notices/condition.ts';
import { type Place, placesLast } from './places.ts';

export interface BackupStatus {
  /** Local time of day, `HH:MM`. */
  at: string;
  /** ISO 8601, UTC; null while there is no target. */
  nextRun: string | null;
  /** The newest run on any target. */
  lastRun: RunSummary | null;
  /** When everything was last safe on some target. */
  lastSuccess: string | null;
  targets: TargetStatus[];
  /** The last runs, newest first. */
  runs: RunSummary[];
  /** Every disk that ever held a backup. */
  disks: DiskStatus[];
  /** Last run good, last drill good, and every target seen in time. */
  green: boolean;
  /** Marks of malware that stopped a run, until somebody has looked and a run has seen nothing any more. */
  alarm: RaisedAlarm | null;
  encryption: EncryptionStatus;
  /** What staff has to hear of at present; the same is sent by mail and to the webhook. */
  conditions: Condition[];
  /** Days in a row on which a restore was proved. */
  streak: number;
  running?: {
    folder: string;
    stage: Stage['name'] | 'drill';
    startedAt: string;
    bytesDone: number;
    bytesTotal: number;
  };
}

/** A disk is known by its own id; several may come to the same place in turn. */
export interface DiskStatus extends Pick<KnownDisk, 'number' | 'folder' | 'lastSeen' | 'lastSuccess' | 'freeBytes'> {
  /** As the last run found it; one that is away is missing since `lastSeen`. */
  present: boolean;
  /** Null while no run has looked. */
  encrypted: boolean | null;
  /** At the rate of its last runs; null while that cannot be said. */
  forecast: Forecast | null;
}

export interface TargetStatus {
  kind: Config['backup']['targets'][number]['kind'];
  folder: string | null;
  label: string | null;
  /** Of a cloud. */
  region?: string;
  /** As the last run found it. */
  state: 'ready' | 'missing' | 'full';
  lastRun: RunSummary | null;
  lastSuccess: string | null;
  lastDrill: DrillSummary | null;
  /** False: it lies on the disk of the data folder and dies with it. Null while unknown. */
  ownDisk: boolean | null;
}

/** All but what is running and what is due. */
export async function rememberedStatus(
  backup: Config['backup'],
  memory: Memory,
): Promise<Omit<BackupStatus, 'nextRun' | 'running' | 'encryption' | 'conditions'>> {
  const places = await placesLast(backup.targets, memory);
  const targets = await Promise.all(places.map((place) => targetStatus(place, memory)));
  const here = new Set(targets.flatMap(({ targetId, state }) => (state === 'missing' ? [] : (targetId ?? []))));
  const disks = (await recallDisks(memory)).map((disk) => diskStatus(disk, here.has(disk.targetId)));
  const newest = targets.flatMap(({ lastRun }) => lastRun ?? []);
  const alarm = await recallAlarm(memory);
  const successes = targets.flatMap(({ lastSuccess }) => lastSuccess ?? []);
  return {
    at: backup.at,
    lastRun: newest.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))[0] ?? null,
    lastSuccess: successes.toSorted().at(-1) ?? null,
    targets: targets.map(({ targetId: _, ...target }) => target),
    runs: await recallRuns(memory),
    disks,
    green: isGreen(targets, disks) && alarm === null,
    alarm,
    streak: (await recallStreak(memory)).days,
  };
}

async function targetStatus(
  { kind, label, folder, key, region }: Place,
  memory: Memory,
): Promise<TargetStatus & { targetId: string | undefined }> {
  const { lastRun, lastSuccess, lastDrill, ownDisk, targetId } = await recall(memory, key);
  return {
    kind,
    folder,
    label,
    ...(region !== undefined && { region }),
    state: stateOf(lastRun),
    lastRun: lastRun ?? null,
    lastSuccess: lastSuccess ?? null,
    lastDrill: lastDrill ?? null,
    ownDisk: ownDisk ?? null,
    targetId,
  };
}

/** A disk that nobody has plugged in for this long is missing, even if another one has everything. */
const SEEN_WITHIN_MS = 8 * 86_400_000;

function isGreen(targets: readonly TargetStatus[], disks: readonly DiskStatus[], now = Date.now()): boolean {
  const inTime = ({ lastSuccess }: { lastSuccess: string | null }) =>
    lastSuccess !== null && now - Date.parse(lastSuccess) < SEEN_WITHIN_MS;
  const good = ({ lastRun, lastDrill }: TargetStatus) => lastRun?.outcome === 'ok' && lastDrill?.good === true;
  return targets.length > 0 && targets.every((target) => inTime(target) && good(target)) && disks.every(inTime);
}

function diskStatus(disk: KnownDisk, present: boolean): DiskStatus {
  const { number, folder, lastSeen, lastSuccess, freeBytes, encrypted = null } = disk;
  return { number, folder, lastSeen, lastSuccess, freeBytes, encrypted, present, forecast: forecast(disk) };
}

function stateOf(lastRun: RunSummary | undefined): TargetStatus['state'] {
  const code = lastRun?.failure?.code;
  if (code === 'BACKUP_TARGET_MISSING' || code === 'BACKUP_CLOUD_UNREACHABLE') return 'missing';
  return code === 'BACKUP_TARGET_FULL' ? 'full' : 'ready';
}
