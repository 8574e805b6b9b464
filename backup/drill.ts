/**
 * 복구 훈련: proves that a target brings the clinic back. The newest copies of the databases and a sample of the images are
 * restored into a scratch folder, counted and compared with the live archive, and an appliance is started on them. Runs
 * in a process of its own; nothing on the target is changed but the lock.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseBeside } from '../src/db/database-beside.ts';
import { staleness } from './back-up.ts';
import { type Catalogue, type Problem, readCatalogue } from './catalogue.ts';
import { readDisk } from './identity.ts';
import type { ManifestEntry } from './manifest.ts';
import { restoreIndex, restoreRecords } from './restore-databases.ts';
import { restoreVolume } from './restore-volume.ts';
import { latestRuns, type RunRecord } from './runs.ts';
import { type Sample, takeSample } from './sample.ts';
import { sha256Of } from './sha256-of.ts';
import type { Source } from './source.ts';
import type { Target } from './target.ts';
import { verify } from './verify.ts';

export interface DrillJob {
  source: Source;
  target: Target;
  /** An empty folder on a local disk; whoever made it removes it. */
  scratch: string;
  /** The last run that home remembers of each disk, by its id. */
  remembered?: Readonly<Record<string, number>>;
  /** Counts nights: which part of the old volumes is read in this one. */
  turn: number;
  /** Starts an appliance on a restored folder, asks it for the image, and tells what was wrong. */
  startOn(dataDir: string, image: RestoredImage | undefined, accessLog: RunRecord['accessLog']): Promise<Problem[]>;
  /** A sign of life; may throw to stop. */
  onProgress(bytes: number): void;
}

export interface RestoredImage {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  /** Of its data set. */
  dataSetSha256: string;
}

export interface DrillReport {
  /** ISO 8601, UTC. */
  startedAt: string;
  finishedAt: string;
  good: boolean;
  /** Volumes read whole in this night, of all. */
  volumes: { read: number; all: number };
  /** Files that the restored index and quarantine list name. */
  files: number;
  /** Files restored and compared, byte for byte, with the live archive. */
  sample: number;
  problems: Problem[];
}

/** @throws ArchiveError BACKUP_RUNNING while a run holds the target; BACKUP_TARGET_MISSING */
export async function drill(job: DrillJob): Promise<DrillReport> {
  const startedAt = new Date().toISOString();
  const lock = await job.target.lock('drill');
  try {
    const found = await new Drill(job).perform();
    const good = found.problems.length === 0;
    return { startedAt, finishedAt: new Date().toISOString(), good, ...found };
  } finally {
    await lock.release();
  }
}

class Drill {
  readonly #job: DrillJob;
  readonly #problems: Problem[] = [];

  constructor(job: DrillJob) {
    this.#job = job;
  }

  async perform(): Promise<Omit<DrillReport, 'startedAt' | 'finishedAt' | 'good'>> {
    const { target, turn, remembered, onProgress } = this.#job;
    const problems = this.#problems;
    const catalogue = await readCatalogue(target);
    problems.push(...staleness(remembered, await readDisk(target), catalogue));
    let told = 0;
    const read = await verify(
      target,
      ({ bytesDone }) => {
        onProgress(bytesDone - told);
        told = bytesDone;
      },
      { turn },
    );
    problems.push(...read.problems, ...read.pending.map(owed));
    const sample = await takeSample(target, catalogue.manifests);
    await this.#restoreSample(sample);
    const { withCopies } = await latestRuns(target);
    const restored = await this.#restoreDatabases(catalogue);
    const files = restored ? this.#count(catalogue, read) : 0;
    if (restored) problems.push(...(await this.#start(sample, withCopies?.accessLog)));
    const volumes = { read: read.volumesRead, all: read.volumes };
    return { volumes, files, sample: sample.reduce((sum, { entries }) => sum + entries.length, 0), problems };
  }

  /** Restores some files and compares each with the live one: stored files never change. */
  async #restoreSample(sample: readonly Sample[]): Promise<void> {
    const { target, scratch, source, onProgress } = this.#job;
    for (const { volume, entries } of sample) {
      const { problems } = await restoreVolume(target, scratch, volume, entries, onProgress);
      this.#problems.push(...problems);
      for (const { path: name, sha256 } of entries) {
        const live = await sha256Of(path.join(source.dataDir, ...name.split('/'))).catch(() => undefined);
        if (live === sha256) continue;
        const ko = live === undefined ? '보관 중인 원본이 없습니다.' : '보관 중인 원본이 백업과 다릅니다.';
        const en = live === undefined ? 'The live file is missing.' : 'The live file is not what was backed up.';
        this.#problems.push({ path: name, ko, en });
      }
    }
  }

  /** False when there is nothing that an appliance could start on. */
  async #restoreDatabases({ newest }: Catalogue): Promise<boolean> {
    const { target, scratch, source } = this.#job;
    const found: Problem[] = [];
    await restoreRecords(target, scratch, found);
    // A folder without settings runs on the defaults and has no copy of them.
    const noConfig = await readFile(path.join(source.dataDir, 'config.json')).then(
      () => false,
      () => true,
    );
    this.#problems.push(...found.filter((problem) => !(noConfig && problem.path.endsWith('config.json'))));
    if (found.some(({ path }) => path.endsWith('records.sqlite'))) return false;
    if (newest && (await restoreIndex(target, scratch, newest.mark))) return true;
    const ko = '최신 색인 사본이 없거나 손상되었습니다. 복구하면 색인을 영상에서 다시 만들어야 합니다.';
    const en = 'There is no good copy of the newest index: a restore would have to make it again from the files.';
    this.#problems.push({ path: 'db/*.index.sqlite', ko, en });
    return false;
  }

  /** The restored index, the manifests and the live archive must agree. */
  #count({ newest }: Catalogue, onTarget: { files: number; pending: string[] }): number {
    const { source, scratch } = this.#job;
    const mark = newest?.mark ?? { epoch: '', seq: 0, quarantine: 0 };
    const restored = DatabaseBeside.open(scratch);
    let images: number;
    try {
      images = restored.read('filesToCopyTotal', { after: 0, until: Number.MAX_SAFE_INTEGER }).files;
    } finally {
      restored.close();
    }
    const live = source.total({ ...EMPTY, epoch: mark.epoch }, { ...mark });
    const quarantined = live.files - source.database.read('filesToCopyTotal', { after: 0, until: mark.seq }).files;
    const expected = images + quarantined;
    const sameEpoch = source.head().epoch === mark.epoch;
    if (sameEpoch && live.files !== expected) this.#differs('index.sqlite', expected, live.files);
    if (onTarget.files < expected - onTarget.pending.length) this.#differs('manifests', onTarget.files, expected);
    return expected;
  }

  #differs(where: string, found: number, expected: number): void {
    const ko = `파일이 ${expected}개여야 하는데 ${found}개입니다.`;
    this.#problems.push({ path: where, ko, en: `${found} files, where ${expected} are expected.` });
  }

  #start(sample: readonly Sample[], accessLog: RunRecord['accessLog']): Promise<Problem[]> {
    const image = sample.flatMap(({ entries }) => entries).find(isImage);
    this.#job.onProgress(0);
    return this.#job.startOn(this.#job.scratch, image, accessLog);
  }
}

const EMPTY = { seq: 0, quarantine: 0, received: 0, known: { quarantine: 0 } };

function isImage(entry: ManifestEntry): entry is ManifestEntry & RestoredImage {
  return entry.sopInstanceUid !== undefined && entry.dataSetSha256 !== undefined;
}

function owed(name: string): Problem {
  return { path: name, ko: '아직 백업하지 못한 파일입니다.', en: 'This file could not be backed up yet.' };
}
