/** One run on a target that is locked, known and opened: volumes, then copies of the databases, then the run's record. */
import path from 'node:path';
import { asArchiveError } from '../src/errors.ts';
import type { BackUpJob, Progress } from './back-up-job.ts';
import type { Catalogue, Problem } from './catalogue.ts';
import { writeKeyBundle } from './encryption/key-bundle.ts';
import { type RunId, runName, stampOf } from './names.ts';
import { Owed } from './owed.ts';
import { adoptEpoch, DEFAULT_LIMITS, NOTHING } from './plan.ts';
import { type LatestRuns, type RunRecord, writeRun } from './runs.ts';
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
import { copiesToThin, takeAway } from './thin.ts';

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

/** `encrypted`: what lies on the target can be read by the holders of keys only. */
export type OpenedJob = BackUpJob & { encrypted: boolean };

export class Run {
  readonly record: RunRecord;
  readonly #job: OpenedJob;
  readonly #catalogue: Catalogue;
  readonly #id: RunId;
  readonly #owed: Owed;
  #progress: Progress = { bytesDone: 0, bytesTotal: 0, files: 0 };

  constructor(job: OpenedJob, catalogue: Catalogue, problems: Problem[], runs: LatestRuns, remembers: number) {
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
        await this.#chooseThinned();
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
    const { source, encrypted } = this.#job;
    const { copies } = this.record;
    this.#job.onStage({ name: 'copies' });
    const records = await this.#copy('records', path.join(folder, COPIES.records));
    const config = await this.#copy('config', path.join(source.dataDir, COPIES.config));
    const index = await this.#copy('index', path.join(folder, COPIES.index));
    const keys = encrypted && (await this.#copy('keys', await writeKeyBundle(source.dataDir, folder)));
    this.record.copies = {
      ...copies,
      ...(records && { records }),
      ...(config && { config }),
      ...(keys && { keys }),
      ...(index && { index: { ...index, epoch: head.epoch, seq: head.seq } }),
    };
  }

  async #copy(kind: CopyKind, file: string) {
    const { target, onProgress } = this.#job;
    const alive = () => onProgress(this.#progress);
    return storeCopy(target, file, copyPath(this.#id, kind), { unless: this.record.copies[kind], onBytes: alive });
  }

  /** The record tells it before it is done: what is named nowhere would be missed. */
  async #chooseThinned(): Promise<void> {
    const { record } = this;
    if (record.problems.length > 0) return;
    const needed = new Set(Object.values(record.copies).map(({ path }) => path));
    const old = copiesToThin(await this.#job.target.list('db')).filter((path) => !needed.has(path));
    if (old.length > 0) record.thinned = old;
  }

  async #finish(): Promise<void> {
    const { record } = this;
    record.finishedAt = new Date().toISOString();
    record.pending = this.#owed.list().map(({ path, reason }) => ({ path, reason }));
    const complete = record.pending.length + record.problems.length === 0;
    if (!record.failure) record.outcome = complete ? 'ok' : 'incomplete';
    try {
      await writeRun(this.#job.target, this.#id, record);
      await takeAway(this.#job.target, record.thinned ?? []);
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
