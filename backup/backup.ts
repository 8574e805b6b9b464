/** The backup as the appliance sees it: nightly, by hand, and its state for the page. */
import path from 'node:path';
import type { Config } from '../src/config/settings.ts';
import type { Database } from '../src/db/database.ts';
import type { StudyInCopy } from '../src/db/operations/backup.ts';
import { ArchiveError, asArchiveError } from '../src/errors.ts';
import type { Log } from '../src/log.ts';
import { acknowledge } from './alarm.ts';
import { backUpFolder, failedSummary } from './back-up-folder.ts';
import type { Progress, Stage } from './back-up-job.ts';
import { forgetDisk } from './disks.ts';
import { countStreak, drillFolder } from './drill-folder.ts';
import { confirmKeys, encryptionStatus, makeKeys, stopEncryption } from './encryption/key-ring.ts';
import { clinicKeyFile, recoverySheet } from './encryption/recovery-sheet.ts';
import type { LookJob } from './look-worker.ts';
import { type Memory, type RunSummary, recall, remember, siteId, type Trigger } from './memory.ts';
import { conditionsOf } from './notices/conditions.ts';
import { beginCounting, countingSince, Notifier } from './notices/notifier.ts';
import type { Deliveries } from './notices/send.ts';
import { type Place, placesLast, placesNow } from './places.ts';
import type { PutBack, Wanted } from './put-back.ts';
import { performInOwnProcess, type RunOptions } from './run.ts';
import { type Schedule, startSchedule } from './schedule.ts';
import { type BackupStatus, rememberedStatus } from './status.ts';

export interface BackupSettings {
  dataDir: string;
  config: Pick<Config, 'backup' | 'clinic'>;
  database: Database;
  log: Log;
  /** The program of a restore drill; without it there are none. */
  drillProgram?: string;
  /** Of the moment: they may be changed while the appliance runs. As in `config` when absent. */
  notices?(): Config['backup']['notices'];
  /** For tests: the only places where USB disks are looked for. */
  findAmong?: readonly string[];
  makeUpAfterMs?: number;
  runOptions?: RunOptions;
}

export class Backup {
  readonly #settings: BackupSettings;
  readonly #memory: Memory;
  readonly #stopping = new AbortController();
  readonly #notifier: Notifier;
  #schedule: Schedule | undefined;
  #running: Promise<RunSummary[]> | undefined;
  #now: BackupStatus['running'];

  constructor(settings: BackupSettings) {
    this.#settings = settings;
    this.#memory = memoryOf(settings.database);
    this.#notifier = new Notifier({
      clinic: settings.config.clinic.name,
      notices: () => this.#notices(),
      conditions: async () => (await this.status()).conditions,
      memory: this.#memory,
      log: settings.log,
    });
  }

  /** Starts the clock; a missed night is made up soon. Without targets there is nothing to start. */
  async start(): Promise<void> {
    const { config, makeUpAfterMs } = this.#settings;
    if (config.backup.targets.length === 0) return;
    await beginCounting(this.#memory);
    this.#notifier.start();
    this.#schedule = startSchedule({
      at: config.backup.at,
      timeZone: config.clinic.timeZone,
      lastSuccess: async () => {
        const { lastSuccess } = await this.status();
        return lastSuccess === null ? undefined : new Date(lastSuccess);
      },
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
    await this.#notifier.stop();
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

  /**
   * Somebody has looked at what the alarm tells, and lets backups go on.
   * @throws ArchiveError NOT_FOUND when this is not the alarm that is on
   */
  async acknowledgeAlarm(id: string, who: string): Promise<void> {
    await acknowledge(this.#memory, id, who);
    this.#settings.log.warn({ id, who }, 'ransomware alarm acknowledged');
  }

  /** Makes keys for encrypted backups: the file and the sheet are shown once, and kept by people alone. */
  async makeKeys(): Promise<{ clinicKeyFile: string; recoverySheet: string }> {
    const { dataDir, config } = this.#settings;
    const keys = await makeKeys(this.#memory, dataDir);
    const facts = { clinic: config.clinic.name, siteId: await siteId(this.#memory) };
    return { clinicKeyFile: clinicKeyFile(keys), recoverySheet: recoverySheet({ ...facts, ...keys }) };
  }

  /** New disks are encrypted from now on. @throws ArchiveError REQUEST_INVALID when this is not the end of the paper key */
  confirmKeys(ending: string): Promise<void> {
    return confirmKeys(this.#memory, ending);
  }

  /** New disks are not encrypted any more. */
  stopEncryption(): Promise<void> {
    return stopEncryption(this.#memory);
  }

  /**
   * Looks into the backup on one of the targets, without restoring anything.
   * @param text a Patient ID, a Study Instance UID, or a part of a name
   * @throws ArchiveError NOT_FOUND when there is no such target; BACKUP_TARGET_MISSING
   */
  async look(folder: string, text: string): Promise<StudyInCopy[]> {
    return (await this.#inside<{ studies: StudyInCopy[] }>(folder, { look: text })).studies;
  }

  /**
   * Puts what is gone or damaged at home back from one of the targets.
   * @throws ArchiveError NOT_FOUND when there is no such target, or nothing of it on it
   */
  async putBack(folder: string, wanted: Wanted): Promise<PutBack> {
    const { result } = await this.#inside<{ result: PutBack }>(folder, { putBack: wanted });
    this.#settings.log.warn({ folder, ...result }, 'put back from a backup');
    return result;
  }

  /** Only a target of ours is ever touched, in a process of its own. */
  async #inside<Result>(folder: string, act: LookJob['act']): Promise<Result> {
    const { dataDir, config, runOptions } = this.#settings;
    const places = await placesLast(config.backup.targets, this.#memory);
    if (!places.some((place) => place.folder === folder)) throw new ArchiveError('NOT_FOUND', folder);
    const job: LookJob = { dataDir, folder, siteId: await siteId(this.#memory), act };
    return performInOwnProcess<Result>(LOOKER, job, { ...runOptions, signal: this.#stopping.signal });
  }

  /** A disk that was retired. @throws ArchiveError NOT_FOUND */
  forgetDisk(number: number): Promise<void> {
    return forgetDisk(this.#memory, number);
  }

  /** The test message, by every way that is set up. */
  testNotices(): Promise<Deliveries> {
    return this.#notifier.test();
  }

  #notices(): Config['backup']['notices'] {
    return this.#settings.notices?.() ?? this.#settings.config.backup.notices;
  }

  async status(): Promise<BackupStatus> {
    const nextRun = this.#schedule?.next()?.toISOString() ?? null;
    const remembered = await rememberedStatus(this.#settings.config.backup, this.#memory);
    const encryption = await encryptionStatus(this.#memory);
    const { afterHours } = this.#notices();
    const { timeZone } = this.#settings.config.clinic;
    const since = await countingSince(this.#memory);
    const conditions = conditionsOf(remembered, { afterHours, since, now: new Date(), timeZone });
    return { ...remembered, nextRun, encryption, conditions, ...(this.#now && { running: { ...this.#now } }) };
  }

  async #runAll(trigger: Trigger): Promise<RunSummary[]> {
    const summaries: RunSummary[] = [];
    const { config, findAmong } = this.#settings;
    const options = { signal: this.#stopping.signal, ...(findAmong && { among: findAmong }) };
    for (const place of await placesNow(config.backup.targets, this.#memory, options)) {
      if (this.#stopping.signal.aborted) break;
      const summary = await this.#runOne(place, trigger);
      summaries.push(summary);
      this.#report(summary);
    }
    if (trigger !== 'hand') await this.#drillAll(summaries);
    if (this.#schedule) void this.#notifier.look();
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

  async #runOne({ folder, key, kind }: Place, trigger: Trigger): Promise<RunSummary> {
    const startedAt = new Date().toISOString();
    if (folder === null) {
      const missing = new ArchiveError('BACKUP_TARGET_MISSING', NOT_FOUND);
      const summary = failedSummary({ folder: key, trigger }, startedAt, missing);
      await remember(this.#memory, summary, await recall(this.#memory, key));
      return summary;
    }
    const now = { folder, stage: 'snapshot' as Stage['name'], startedAt, bytesDone: 0, bytesTotal: 0 };
    this.#now = now;
    const { dataDir, config, runOptions } = this.#settings;
    try {
      return await backUpFolder({
        dataDir,
        folder,
        mayCreate: kind === 'folder',
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

const LOOKER = path.join(import.meta.dirname, 'look-worker.ts');

const NOT_FOUND =
  '이 의원의 백업 디스크가 연결되어 있지 않습니다. 새 디스크는 npm run backup -- --target 디스크폴더로 한 번 백업하면 등록됩니다. / ' +
  'No backup disk of this clinic is connected. A new disk is registered by one npm run backup -- --target DIR.';

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
