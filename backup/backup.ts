/** The backup as the appliance sees it: nightly, by hand, and its state for the page. */
import type { Config } from '../src/config/settings.ts';
import type { Database } from '../src/db/database.ts';
import { ArchiveError, asArchiveError } from '../src/errors.ts';
import type { Log } from '../src/log.ts';
import type { Progress, Stage } from './back-up.ts';
import { backUpFolder, failedSummary } from './back-up-folder.ts';
import { countStreak, type DrillSummary, drillFolder, recallStreak } from './drill-folder.ts';
import { type Memory, type RunSummary, recall, recallRuns, type Trigger } from './memory.ts';
import type { RunOptions } from './run.ts';
import { type Schedule, startSchedule } from './schedule.ts';

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
  /** Last run good, last drill good, and every target seen in time. */
  green: boolean;
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

export interface TargetStatus {
  kind: Config['backup']['targets'][number]['kind'];
  folder: string | null;
  label: string | null;
  /** As the last run found it. */
  state: 'ready' | 'missing' | 'full';
  lastRun: RunSummary | null;
  lastSuccess: string | null;
  lastDrill: DrillSummary | null;
  /** False: it lies on the disk of the data folder and dies with it. Null while unknown. */
  ownDisk: boolean | null;
}

export interface BackupSettings {
  dataDir: string;
  config: Pick<Config, 'backup' | 'clinic'>;
  database: Database;
  log: Log;
  /** The program of a restore drill; without it there are none. */
  drillProgram?: string;
  /** For tests. */
  makeUpAfterMs?: number;
  runOptions?: RunOptions;
}

export class Backup {
  readonly #settings: BackupSettings;
  readonly #memory: Memory;
  readonly #stopping = new AbortController();
  #schedule: Schedule | undefined;
  #running: Promise<RunSummary[]> | undefined;
  #now: BackupStatus['running'];

  constructor(settings: BackupSettings) {
    this.#settings = settings;
    this.#memory = memoryOf(settings.database);
  }

  /** Starts the clock; a missed night is made up soon. Without targets there is nothing to start. */
  async start(): Promise<void> {
    const { config, makeUpAfterMs } = this.#settings;
    if (config.backup.targets.length === 0) return;
    const { lastSuccess } = await this.status();
    this.#schedule = startSchedule({
      at: config.backup.at,
      timeZone: config.clinic.timeZone,
      lastSuccess: lastSuccess === null ? undefined : new Date(lastSuccess),
      ...(makeUpAfterMs === undefined ? {} : { makeUpAfterMs }),
      run: async (reason) => {
        this.#settings.log.info({ reason }, 'backup starts');
        // One that was started by hand is as good.
        await this.runNow(reason).catch((error) =>
          this.#settings.log.warn({ error: String(error) }, 'backup not started'),
        );
      },
    });
  }

  /** Stops the clock and what is running; what is committed stays, the next run goes on. */
  async stop(): Promise<void> {
    await this.#schedule?.stop();
    this.#stopping.abort();
    await this.#running?.catch(() => undefined);
  }

  /**
   * Backs up onto every target, one after the other.
   * @returns what became of each; it resolves when all are done
   * @throws ArchiveError BACKUP_RUNNING when a run is under way, REQUEST_INVALID when there is no target
   */
  async runNow(trigger: Trigger = 'hand'): Promise<RunSummary[]> {
    if (this.#running) throw new ArchiveError('BACKUP_RUNNING');
    if (this.#settings.config.backup.targets.length === 0) throw noTarget();
    this.#running = this.#runAll(trigger);
    try {
      return await this.#running;
    } finally {
      this.#running = undefined;
      this.#now = undefined;
    }
  }

  async status(): Promise<BackupStatus> {
    const { backup } = this.#settings.config;
    const targets: TargetStatus[] = [];
    for (const { kind, path, label } of backup.targets) {
      const { lastRun, lastSuccess, lastDrill, ownDisk } = path === undefined ? {} : await recall(this.#memory, path);
      targets.push({
        kind,
        folder: path ?? null,
        label: label ?? null,
        state: stateOf(lastRun),
        lastRun: lastRun ?? null,
        lastSuccess: lastSuccess ?? null,
        lastDrill: lastDrill ?? null,
        ownDisk: ownDisk ?? null,
      });
    }
    const newest = targets.flatMap(({ lastRun }) => lastRun ?? []);
    return {
      at: backup.at,
      nextRun: this.#schedule?.next()?.toISOString() ?? null,
      lastRun: newest.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))[0] ?? null,
      lastSuccess:
        targets
          .flatMap(({ lastSuccess }) => lastSuccess ?? [])
          .toSorted()
          .at(-1) ?? null,
      targets,
      runs: await recallRuns(this.#memory),
      green: isGreen(targets),
      streak: (await recallStreak(this.#memory)).days,
      ...(this.#now && { running: { ...this.#now } }),
    };
  }

  async #runAll(trigger: Trigger): Promise<RunSummary[]> {
    const summaries: RunSummary[] = [];
    for (const { path, kind } of this.#settings.config.backup.targets) {
      if (this.#stopping.signal.aborted) break;
      const summary = await this.#runOne(path, trigger, kind === 'folder');
      summaries.push(summary);
      this.#report(summary);
    }
    if (trigger !== 'hand') await this.#drillAll(summaries);
    return summaries;
  }

  /** Every target that was there tonight is drilled, the good and the incomplete ones. */
  async #drillAll(summaries: readonly RunSummary[]): Promise<void> {
    const { drillProgram, dataDir, config, runOptions, log } = this.#settings;
    const folders = summaries.filter(({ outcome }) => outcome !== 'failed').map(({ folder }) => folder);
    if (!drillProgram || !config.backup.drill || folders.length === 0) return;
    let good = true;
    for (const folder of folders) {
      if (this.#stopping.signal.aborted) return;
      this.#now = { folder, stage: 'drill', startedAt: new Date().toISOString(), bytesDone: 0, bytesTotal: 0 };
      const options = { ...runOptions, signal: this.#stopping.signal };
      const summary = await drillFolder(drillProgram, { dataDir, folder, memory: this.#memory }, options);
      good &&= summary.good;
      if (summary.good) log.info({ ...summary }, 'restore drill good');
      else log.error({ ...summary }, 'restore drill failed');
    }
    if (!this.#stopping.signal.aborted) await countStreak(this.#memory, good, config.clinic.timeZone);
  }

  async #runOne(folder: string | undefined, trigger: Trigger, mayCreate: boolean): Promise<RunSummary> {
    const startedAt = new Date().toISOString();
    if (folder === undefined) {
      return failedSummary({ folder: '', trigger }, startedAt, new ArchiveError('REQUEST_INVALID', NO_PATH));
    }
    const now = { folder, stage: 'snapshot' as Stage['name'], startedAt, bytesDone: 0, bytesTotal: 0 };
    this.#now = now;
    const { dataDir, config, runOptions } = this.#settings;
    try {
      return await backUpFolder({
        dataDir,
        folder,
        mayCreate,
        trigger,
        clinic: config.clinic.name,
        timeZone: config.clinic.timeZone,
        memory: this.#memory,
        signal: this.#stopping.signal,
        onStage: ({ name }) => Object.assign(now, { stage: name }),
        onProgress: ({ bytesDone, bytesTotal }: Progress) => Object.assign(now, { bytesDone, bytesTotal }),
        ...runOptions,
      });
    } catch (error) {
      return failedSummary({ folder, trigger }, startedAt, asArchiveError(error));
    }
  }

  #report(summary: RunSummary): void {
    const { log } = this.#settings;
    if (summary.outcome === 'ok') log.info({ ...summary }, 'backup done');
    else log.error({ ...summary }, 'backup not complete');
  }
}

/** A target that nobody has plugged in for this long is missing, even if another one has everything. */
const SEEN_WITHIN_MS = 8 * 86_400_000;

function isGreen(targets: readonly TargetStatus[], now = Date.now()): boolean {
  const seen = ({ lastSuccess }: TargetStatus) =>
    lastSuccess !== null && now - Date.parse(lastSuccess) < SEEN_WITHIN_MS;
  const good = ({ lastRun, lastDrill }: TargetStatus) => lastRun?.outcome === 'ok' && lastDrill?.good === true;
  return targets.length > 0 && targets.every((target) => seen(target) && good(target));
}

function stateOf(lastRun: RunSummary | undefined): TargetStatus['state'] {
  if (lastRun?.failure?.code === 'BACKUP_TARGET_MISSING') return 'missing';
  return lastRun?.failure?.code === 'BACKUP_TARGET_FULL' ? 'full' : 'ready';
}

const NO_PATH =
  'config.json의 backup.targets에 path를 적어 주세요. / Please give the target a path in backup.targets of config.json.';

function noTarget(): ArchiveError {
  const detail =
    'config.json의 backup.targets에 백업할 폴더를 적어 주세요. 예: { "kind": "folder", "path": "/mnt/usb" } / ' +
    'Please name a folder in backup.targets of config.json.';
  return new ArchiveError('REQUEST_INVALID', detail);
}

function memoryOf(database: Database): Memory {
  return {
    get: (key) => database.read('getMeta', { database: 'records', key }),
    set: (key, value) => database.write('setRecordsMeta', { key, value }),
  };
}
