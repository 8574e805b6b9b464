/**
 * The backup's own process: the only one that touches a target. A dead share or a pulled stick can block a file call
 * for ever; then this process is killed and the appliance goes on. Started by run.ts, which tells it one job.
 */
import { mkdir } from 'node:fs/promises';
import type { ErrorCode } from '../src/error-table.ts';
import { ArchiveError, asArchiveError } from '../src/errors.ts';
import { backUp, type RunResult } from './back-up.ts';
import type { Progress, Stage } from './back-up-job.ts';
import { isCloud } from './cloud.ts';
import { keysOfRun, type RunEncryption } from './encryption/key-ring.ts';
import type { Site } from './identity.ts';
import { ownDisk } from './own-disk.ts';
import type { VolumeLimits } from './plan.ts';
import { dropOldSnapshots } from './snapshot.ts';
import { Source } from './source.ts';
import { targetAt } from './target-at.ts';
import { targetFailure } from './target-failure.ts';
import type { Watch } from './watch.ts';

/** What the parent asks for; plain values, sent over the process channel. */
export interface WorkerJob {
  dataDir: string;
  /** The folder to back up to, which must exist unless it may be made; or the place of a cloud. */
  folder: string;
  create: boolean;
  site: Site;
  timeZone: string;
  /** The last run that home remembers of each disk, by its id. */
  remembered?: Record<string, number>;
  /** The folder lay on another disk than the data folder at its last run. */
  ownDisk?: boolean;
  watch?: Watch;
  encryption?: RunEncryption;
  limits?: VolumeLimits;
}

/** `ownDisk`: the folder lies on another disk than the data folder. */
export type WorkerResult = RunResult & { ownDisk: boolean };

/** What the worker tells. Any message is a sign of life. */
export type WorkerMessage =
  | { kind: 'stage'; stage: Stage }
  | { kind: 'progress'; progress: Progress }
  | ({ kind: 'done' } & WorkerResult)
  | { kind: 'failed'; code: ErrorCode; detail: string };

const PROGRESS_MS = 200;

let stopped = false;

process.on('message', (message: { job: WorkerJob } | 'stop') => {
  if (message === 'stop') stopped = true;
  else void perform(message.job);
});
// Ctrl+C in a terminal reaches the whole group: the parent decides, and tells.
process.on('SIGINT', () => undefined);
// The parent is gone: what is committed stays, the next run goes on.
process.on('disconnect', () => {
  stopped = true;
  setTimeout(() => process.exit(1), 10_000).unref();
});

async function perform(job: WorkerJob): Promise<void> {
  try {
    await dropOldSnapshots(job.dataDir);
    if (job.create && !isCloud(job.folder)) await makeFirst(job.folder);
    const onOwnDisk = isCloud(job.folder) || (await ownDisk(job.dataDir, job.folder, job.ownDisk === true));
    const source = Source.open(job.dataDir);
    try {
      const target = await targetAt(job.folder, job.site.siteId, job.dataDir);
      const { site, timeZone, remembered, watch, limits } = job;
      const onStage = (stage: Stage) => tell({ kind: 'stage', stage });
      const keys = await keysOfRun(job.dataDir, job.encryption);
      const known = {
        ...(remembered && { remembered }),
        ...(watch && { watch }),
        ...(keys && { keys }),
        ...(limits && { limits }),
      };
      const result = await backUp({ source, target, site, timeZone, ...known, onStage, onProgress: throttled() });
      tell({ kind: 'done', ...result, ownDisk: onOwnDisk });
    } finally {
      source.close();
    }
  } catch (error) {
    const { code, detail, cause } = asArchiveError(error);
    tell({ kind: 'failed', code, detail: detail || String((cause as Error | undefined)?.stack ?? '') });
  }
  process.disconnect?.();
}

async function makeFirst(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw targetFailure(error, folder);
  }
}

/** Passes progress on a few times a second, and stops the run when it is told to. */
function throttled(): (progress: Progress) => void {
  let last = 0;
  return (progress) => {
    if (stopped) throw new ArchiveError('BACKUP_STOPPED');
    const now = performance.now();
    if (now - last < PROGRESS_MS) return;
    last = now;
    tell({ kind: 'progress', progress });
  };
}

function tell(message: WorkerMessage): void {
  process.send?.(message);
}
