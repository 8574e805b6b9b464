/**
 * One run onto one target: what is new in the change log since the target's own mark goes into volumes, then the copies
 * of the databases, then the record of the run. Every committed volume counts, whatever happens after it: an interrupted
 * run is simply continued by the next.
 */
import { alarmLines } from './alarm.ts';
import type { BackUpJob } from './back-up-job.ts';
import { type Catalogue, type Problem, readCatalogue } from './catalogue.ts';
import { openForWriting, refusePlain } from './encryption/target-keys.ts';
import { type Disk, identify } from './identity.ts';
import { runName, stampOf } from './names.ts';
import { Run } from './run-on-target.ts';
import { latestRuns, type RunRecord } from './runs.ts';
import { type Alarm, layCanaries, type Watch, watchStore, watchTarget } from './watch.ts';

export interface RunResult {
  record: RunRecord;
  disk: Disk | undefined;
  /** After the run; null when the target does not say. */
  freeBytes: number | null;
  /** What a run saw that marks malware; it has then written nothing. */
  alarm?: Alarm;
  /** For home to remember. */
  watch: Watch;
}

const UNWATCHED: Watch = { laid: [], tolerated: 0 };

/**
 * Backs up everything that is not on the target yet.
 * @returns what became of it; a failure of the target or the source is in the record, which is on the target if it could be
 * @throws ArchiveError BACKUP_RUNNING, or BACKUP_TARGET_MISSING when there is no target at all
 */
export async function backUp(job: BackUpJob): Promise<RunResult> {
  const { siteId } = job.site;
  const { alarm, watch } = await watchStore(job.source, siteId, job.watch ?? UNWATCHED);
  if (alarm) return stoppedBy(alarm, watch, job);
  await refusePlain(job.target, job.keys);
  const lock = await job.target.lock(`backup ${siteId}`);
  try {
    const alarmThere = await watchTarget(job.target, siteId, watch);
    if (alarmThere) return stoppedBy(alarmThere, watch, job);
    const problems: Problem[] = [];
    const disk = await identify(job.target, job.site, problems, job.keys);
    const target = await openForWriting(job.target, disk, job.keys);
    await target.dropUnfinished();
    const catalogue = await readCatalogue(target);
    problems.push(...catalogue.problems, ...staleness(job.remembered, disk, catalogue));
    if (problems.length === 0) for (const leftover of catalogue.leftovers) await target.remove(leftover);
    const remembers = lastRunOn(job.remembered, disk);
    const opened = { ...job, target, encrypted: target !== job.target };
    const run = new Run(opened, catalogue, problems, await latestRuns(target), remembers);
    await run.perform();
    const freeBytes = (await job.target.freeBytes().catch(() => undefined)) ?? null;
    return { record: run.record, disk, freeBytes, watch: await withCanaries(job, disk, watch) };
  } finally {
    await lock.release();
  }
}

/** The disk may be full by now, or gone: what could be copied counts all the same. */
async function withCanaries({ target, site }: BackUpJob, disk: Disk | undefined, watch: Watch): Promise<Watch> {
  return disk ? layCanaries(target, site.siteId, disk.targetId, watch).catch(() => watch) : watch;
}

/** A run that wrote nothing, not even its record. */
function stoppedBy(alarm: Alarm, watch: Watch, { timeZone }: BackUpJob): RunResult {
  const now = new Date();
  const at = now.toISOString();
  const record: RunRecord = {
    ...{ name: runName({ stamp: stampOf(now, timeZone), run: 0 }), run: 0, startedAt: at, finishedAt: at },
    ...{ outcome: 'failed', from: null, to: null, manifests: [], files: 0, bytes: 0, copies: {}, pending: [] },
    ...{ problems: [], previous: null, failure: { code: 'BACKUP_ALARM', detail: alarmLines(alarm).join('; ') } },
  };
  return { record, disk: undefined, freeBytes: null, alarm, watch };
}

function lastRunOn(remembered: BackUpJob['remembered'], disk: Disk | undefined): number {
  return (disk && remembered?.[disk.targetId]) ?? 0;
}

/** A disk that has less on it than home remembers was copied back from an older state, or lost files. */
export function staleness(
  remembered: BackUpJob['remembered'],
  disk: Disk | undefined,
  { lastRun }: Catalogue,
): Problem[] {
  const remembers = lastRunOn(remembered, disk);
  if (lastRun >= remembers) return [];
  return [
    {
      path: 'manifests',
      ko: `이 디스크에는 ${remembers}번째 백업까지 있어야 하는데 ${lastRun}번째까지만 있습니다.`,
      en: `This disk should hold run ${remembers} but ends with run ${lastRun}.`,
    },
  ];
}
