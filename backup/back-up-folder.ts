/** One run onto one folder as home sees it: what is remembered goes in, what came of it is remembered. */
import { ERRORS, type ErrorCode } from '../src/error-table.ts';
import { ArchiveError, asArchiveError } from '../src/errors.ts';
import { noteWatched, recallAlarm, recallWatch } from './alarm.ts';
import { lastRuns, recallDisks, rememberDisk } from './disks.ts';
import { encryptionOfRuns } from './encryption/key-ring.ts';
import { type Memory, type RunSummary, recall, remember, siteId, type TargetMemory, type Trigger } from './memory.ts';
import { type RunOptions, runInOwnProcess } from './run.ts';
import type { RunRecord } from './runs.ts';
import type { WorkerResult } from './worker.ts';

export interface FolderRun extends RunOptions {
  dataDir: string;
  folder: string;
  /** Make the folder when it was never used before: a plain folder, not the mount point of a disk that is away. */
  mayCreate: boolean;
  trigger: Trigger;
  clinic: string;
  timeZone: string;
  memory: Memory;
}

/** Names in a list of a summary. */
const MOST_NAMES = 20;

/**
 * Backs up onto a folder in a process of its own, and remembers what came of it.
 * @throws ArchiveError BACKUP_RUNNING, which is no outcome of a run; nothing else
 */
export async function backUpFolder(run: FolderRun): Promise<RunSummary> {
  const { dataDir, folder, clinic, timeZone, memory } = run;
  const before = await recall(memory, folder);
  const startedAt = new Date().toISOString();
  const site = { siteId: await siteId(memory), clinic };
  const { targetId, ownDisk = false } = before;
  const remembered = lastRuns(await recallDisks(memory));
  try {
    await refuseWhileAlarmed(memory);
    const watch = await recallWatch(memory);
    const encryption = await encryptionOfRuns(memory);
    const create = run.mayCreate && targetId === undefined;
    const result = await runInOwnProcess(
      { dataDir, folder, create, site, timeZone, remembered, ownDisk, watch, ...(encryption && { encryption }) },
      run,
    );
    const summary = summaryOf(run, result.record);
    await remember(memory, summary, after(before, summary, result));
    await noteDisk(memory, summary, result);
    await noteWatched(memory, folder, result);
    return summary;
  } catch (error) {
    const failure = asArchiveError(error);
    if (failure.code === 'BACKUP_RUNNING') throw failure;
    const summary = failedSummary(run, startedAt, failure);
    await remember(memory, summary, before);
    return summary;
  }
}

/** Nobody has looked yet at what an earlier run saw. */
async function refuseWhileAlarmed(memory: Memory): Promise<void> {
  const alarm = await recallAlarm(memory);
  if (alarm && !alarm.acknowledged) throw new ArchiveError('BACKUP_ALARM', alarm.at);
}

/** A run that never came about, or was cut off. */
export function failedSummary(
  { folder, trigger }: Pick<FolderRun, 'folder' | 'trigger'>,
  startedAt: string,
  { code, detail }: ArchiveError,
): RunSummary {
  const finishedAt = new Date().toISOString();
  const nothing = { files: 0, bytes: 0, pending: [], problems: [] };
  return { trigger, folder, startedAt, finishedAt, outcome: 'failed', ...nothing, failure: failureOf(code, detail) };
}

function summaryOf({ folder, trigger }: FolderRun, record: RunRecord): RunSummary {
  const { startedAt, finishedAt, outcome, files, bytes } = record;
  const pending = record.pending.slice(0, MOST_NAMES).map(({ path, reason }) => `${path} (${reason})`);
  const problems = record.problems.slice(0, MOST_NAMES).map(({ path, ko, en }) => `${path}: ${ko} / ${en}`);
  const failure = record.failure ? failureOf(record.failure.code, record.failure.detail) : incompleteness(record);
  return {
    trigger,
    folder,
    startedAt,
    finishedAt,
    outcome,
    files,
    bytes,
    pending,
    problems,
    ...(failure && { failure }),
  };
}

function incompleteness({ pending, problems }: RunRecord): RunSummary['failure'] {
  if (problems.length > 0) return failureOf('BACKUP_VERIFY_MISMATCH', problems[0]?.path ?? '');
  if (pending.length === 0) return undefined;
  const { code } = failureOf('STORAGE_READ_FAILED', '');
  const [count, detail] = [pending.length, pending[0]?.path ?? ''];
  return {
    code,
    ko: `저장된 영상 ${count}개가 손상되었거나 없어져 백업하지 못했습니다. 디스크 상태를 확인해 주세요.`,
    en: `${count} stored images are damaged or missing and could not be backed up. Please check the disk.`,
    detail,
  };
}

function after(before: TargetMemory, summary: RunSummary, { disk, ownDisk }: WorkerResult): TargetMemory {
  const success = summary.outcome === 'ok' ? { lastSuccess: summary.startedAt } : {};
  const known = disk ? { targetId: disk.targetId } : {};
  return { ...before, ...success, ...known, ownDisk };
}

async function noteDisk(memory: Memory, summary: RunSummary, { record, disk, freeBytes }: WorkerResult): Promise<void> {
  if (!disk) return;
  const { folder, startedAt: at, outcome } = summary;
  const { targetId } = disk;
  const encrypted = disk.encryption !== undefined;
  await rememberDisk(memory, { targetId, folder, at, good: outcome === 'ok', run: record.run, freeBytes, encrypted });
}

function failureOf(code: ErrorCode, detail: string): NonNullable<RunSummary['failure']> {
  const { ko, en } = ERRORS[code];
  return { code, ko, en, detail };
}
