/**
 * One run onto one target: what is new in the change log since the target's own mark goes into volumes, then the copies
 * of the databases, then the record of the run. Every committed volume counts, whatever happens after it: an interrupted
 * run is simply continued by the next.
 */
import path from 'node:path';
import { asArchiveError } from '../src/errors.ts';
import { alarmLines } from './alarm.ts';
import { type Catalogue, type Problem, readCatalogue } from './catalogue.ts';
import { type Disk, identify, type Site } from './identity.ts';
import { type RunId, runName, stampOf } from './names.ts';
import { Owed } from './owed.ts';
import { adoptEpoch, DEFAULT_LIMITS, NOTHING, type VolumeLimits } from './plan.ts';
import { type LatestRuns, latestRuns, type RunRecord, writeRun } from './runs.ts';
import {
  COPIES,
  type CopyKind,
  copyPath,
  type LocalSnapshot,
  snapshotBytes,
  storeCopy,
  takeSnapshot,
} from './snapshot.ts';
import type { Source } from './source.ts';
import { refuseWhenFull, storeVolumes } from './store-volumes.ts';
import type { Target } from './target.ts';
import { type Alarm, layCanaries, type Watch, watchStore, watchTarget } from './watch.ts';

export interface BackUpJob {
  source: Source;
  target: Target;
  site: Site;
  /** IANA name; names on the target carry the clinic's local time. */
  timeZone: string;
  /** The last run that home remembers of each disk, by its id: an older copy of it, or lost files, are noticed. */
  remembered?: Readonly<Record<string, number>>;
  /** What home knows of canaries and of changed files that staff let pass. */
  watch?: Watch;
  limits?: VolumeLimits;
  onStage(stage: Stage): void;
  /** May throw to stop the run. */
  onProgress(progress: Progress): void;
}

export type Stage = { name: 'snapshot'; bytes: number } | { name: 'volumes' } | { name: 'copies' };

export interface Progress {
  bytesDone: number;
  bytesTotal: number;
  files: number;
}

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
  const lock = await job.target.lock(`backup ${siteId}`);
  try {
    const alarmThere = await watchTarget(job.target, siteId, watch);
    if (alarmThere) return stoppedBy(alarmThere, watch, job);
    const problems: Problem[] = [];
    const disk = await identify(job.target, job.site, problems);
    await job.target.dropUnfinished();
    const catalogue = await readCatalogue(job.target);
    problems.push(...catalogue.problems, ...staleness(job.remembered, disk, catalogue));
    if (problems.length === 0) for (const leftover of catalogue.leftovers) await job.target.remove(leftover);
    const remembers = lastRunOn(job.remembered, disk);
    const run = new Run(job, catalogue, problems, await latestRuns(job.target), remembers);
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

/** Rows are only ever added to the access log: one that the target remembers otherwise was rewritten, or taken away. */
function rewrittenLog({ database }: Source, before: RunRecord['accessLog']): Problem[] {
  if (!before || database.read('accessChainHash', { seq: before.seq }) === before.hash) return [];
  return [
    {
      path: COPIES.records,
      entry: `access_log ${before.seq}`,
      ko: `접속기록 ${before.seq}번까지가 지난 백업 때와 다릅니다. 오래된 백업에서 복구한 것이 아니라면 누군가 기록을 고쳤습니다.`,
      en: `The access log up to row ${before.seq} is not what it was at the last backup: unless it was restored from an older backup, somebody changed it.`,
    },
  ];
}

class Run {
  readonly record: RunRecord;
  readonly #job: BackUpJob;
  readonly #catalogue: Catalogue;
  readonly #id: RunId;
  readonly #owed: Owed;
  #progress: Progress = { bytesDone: 0, bytesTotal: 0, files: 0 };

  constructor(job: BackUpJob, catalogue: Catalogue, problems: Problem[], runs: LatestRuns, remembers: number) {
    this.#job = job;
    this.#catalogue = catalogue;
    const now = new Date();
    const run = Math.max(catalogue.lastRun, remembers) + 1;
    this.#id = { stamp: stampOf(now, job.timeZone), run };
    this.#owed = new Owed(catalogue.newest?.pending ?? []);
    const { last, withCopies } = runs;
    if (last && !last.record) {
      problems.push({ path: last.path, ko: '실행 기록이 손상되었습니다.', en: 'The record of a run is damaged.' });
    }
    this.record = {
      name: runName(this.#id),
      run,
      startedAt: now.toISOString(),
      finishedAt: '',
      outcome: 'failed',
      from: catalogue.newest?.mark ?? null,
      to: catalogue.newest?.mark ?? null,
      manifests: [],
      files: 0,
      bytes: 0,
      copies: withCopies?.copies ?? {},
      ...(withCopies?.accessLog && { accessLog: withCopies.accessLog }),
      pending: [],
      problems,
      previous: last ? { path: last.path, sha256: last.sha256 } : null,
    };
  }

  async perform(): Promise<void> {
    const { record } = this;
    try {
      const { source, onStage } = this.#job;
      record.problems.push(...rewrittenLog(source, record.accessLog));
      onStage({ name: 'snapshot', bytes: await snapshotBytes(source.dataDir) });
      const snapshot = await takeSnapshot(source, await this.#indexCopyThatIsThere());
      record.problems.push(...snapshot.problems);
      if (snapshot.accessLog) record.accessLog = snapshot.accessLog;
      try {
        await this.#volumes(snapshot);
        await this.#copies(snapshot);
      } finally {
        await snapshot.remove();
      }
    } catch (error) {
      record.failure = failureOf(error);
    }
    await this.#finish();
  }

  async #indexCopyThatIsThere() {
    const { index } = this.record.copies;
    return index && (await this.#job.target.list('db')).includes(index.path) ? index : undefined;
  }

  async #volumes({ head }: LocalSnapshot): Promise<void> {
    const { source, target, limits = DEFAULT_LIMITS, onStage, onProgress } = this.#job;
    const { record } = this;
    const mark = adoptEpoch(this.#catalogue.newest?.mark ?? NOTHING, head.epoch);
    const total = source.total(mark, head);
    const progress = { bytesDone: 0, bytesTotal: total.bytes + this.#owed.bytes(), files: total.files };
    this.#progress = progress;
    await refuseWhenFull(target, progress.bytesTotal);
    onStage({ name: 'volumes' });
    onProgress(progress);
    await storeVolumes({
      source,
      target,
      id: this.#id,
      head,
      mark,
      owed: this.#owed,
      manifests: this.#catalogue.manifests,
      limits,
      onBytes(bytes) {
        // The ZIP's own tables come on top of the files.
        progress.bytesDone = Math.min(progress.bytesTotal, progress.bytesDone + bytes);
        onProgress(progress);
      },
      onCommitted({ manifest, mark, files, bytes }) {
        record.manifests.push(manifest);
        record.to = mark;
        record.files += files;
        record.bytes += bytes;
      },
    });
    record.to ??= mark;
  }

  /** An unchanged copy is not written again: the record names the earlier one. */
  async #copies({ folder, head }: LocalSnapshot): Promise<void> {
    const { source } = this.#job;
    const { copies } = this.record;
    this.#job.onStage({ name: 'copies' });
    const records = await this.#copy('records', path.join(folder, COPIES.records));
    const config = await this.#copy('config', path.join(source.dataDir, COPIES.config));
    const index = await this.#copy('index', path.join(folder, COPIES.index));
    this.record.copies = {
      ...copies,
      ...(records && { records }),
      ...(config && { config }),
      ...(index && { index: { ...index, epoch: head.epoch, seq: head.seq } }),
    };
  }

  async #copy(kind: CopyKind, file: string) {
    const { target, onProgress } = this.#job;
    const alive = () => onProgress(this.#progress);
    return storeCopy(target, file, copyPath(this.#id, kind), { unless: this.record.copies[kind], onBytes: alive });
  }

  async #finish(): Promise<void> {
    const { record } = this;
    record.finishedAt = new Date().toISOString();
    record.pending = this.#owed.list().map(({ path, reason }) => ({ path, reason }));
    const complete = record.pending.length + record.problems.length === 0;
    if (!record.failure) record.outcome = complete ? 'ok' : 'incomplete';
    try {
      await writeRun(this.#job.target, this.#id, record);
    } catch (error) {
      // A full or vanished disk takes no record; the first failure is the one that matters.
      record.outcome = 'failed';
      record.failure ??= failureOf(error);
    }
  }
}

/** SQLite's errors carry their code; anything else that has no code of ours is a bug, told with its message. */
function failureOf(error: unknown): NonNullable<RunRecord['failure']> {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code === 'string' && code.startsWith('SQLITE'))
    return { code: 'DATABASE_FAILED', detail: `${message} (${code})` };
  const failure = asArchiveError(error);
  return { code: failure.code, detail: failure.detail || (failure.code === 'INTERNAL' ? String(message) : '') };
}
