/**
 * Brings a clinic's data back from a target alone, into an empty folder. Each file is proved against its hash before it
 * counts; a second call on the same folder goes on where the first one stopped.
 */
import { ArchiveError } from '../src/errors.ts';
import { lockDataFolder } from '../src/storage/data-folder-lock.ts';
import { type Catalogue, type Problem, readCatalogue } from './catalogue.ts';
import { selectPatient } from './look.ts';
import { type ManifestEntry, type ManifestTrailer, readTrailer } from './manifest.ts';
import { restoreIndex, restoreKeys, restoreRecords } from './restore-databases.ts';
import { RestoreJournal } from './restore-journal.ts';
import { localFailure, restoreVolume } from './restore-volume.ts';
import { type Selection, wantedEntries } from './selection.ts';
import type { Target } from './target.ts';

export interface RestoreOptions {
  target: Target;
  /** Missing, empty, or left by an interrupted restore of the same target. */
  dataDir: string;
  /** Study Instance UID: only the files of this study, without the databases. */
  study?: string;
  /** Patient ID: the same for one patient. */
  patient?: string;
  /** SOP Instance UID: the same for one image, with its earlier versions. */
  instance?: string;
  onProgress?(progress: RestoreProgress): void;
}

export interface RestoreProgress {
  bytesDone: number;
  /** Of one study: what was found so far. */
  bytesTotal: number;
  files: number;
}

export interface RestoreResult {
  files: number;
  bytes: number;
  /** What could not be brought back, each by name; everything else was. */
  problems: Problem[];
  /** `rebuilt-at-start`: the first start makes the index from the files. */
  index: 'restored' | 'rebuilt-at-start';
}

/**
 * Restores everything, or one patient, study or instance.
 * @throws ArchiveError RESTORE_REFUSED when the folder is not empty or the target holds no backup; START_REFUSED when an
 *   appliance runs on the folder; STORAGE_FULL when the new disk is full (the next call goes on); BACKUP_TARGET_MISSING
 */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  const { target, dataDir, study, patient, instance } = options;
  await target.freeBytes();
  const catalogue = await readCatalogue(target);
  if (catalogue.manifests.length === 0) throw noBackup(target);
  const selection = await selectionOf(options);
  const wanted = study ?? patient ?? instance ?? '';
  const journal = await RestoreJournal.open(dataDir, `${target.where}\n${wanted}`);
  const unlock = await lockDataFolder(dataDir);
  try {
    const result = await new Restore({ ...options, selection }, catalogue, journal).perform();
    // A disk that was pulled meanwhile is told as such; the next call goes on.
    await target.freeBytes();
    await journal.finish();
    return result;
  } catch (error) {
    throw localFailure(error, dataDir);
  } finally {
    await unlock();
  }
}

function selectionOf({ target, study, patient, instance }: RestoreOptions): Selection | Promise<Selection> | undefined {
  if (patient !== undefined) return selectPatient(target, patient);
  const uid = study ?? instance;
  return uid === undefined ? undefined : { uids: [uid] };
}

type SelectedRestore = RestoreOptions & { selection: Selection | undefined };

class Restore {
  readonly #options: SelectedRestore;
  readonly #catalogue: Catalogue;
  readonly #journal: RestoreJournal;
  readonly #result: RestoreResult;
  readonly #progress: RestoreProgress = { bytesDone: 0, bytesTotal: 0, files: 0 };

  constructor(options: SelectedRestore, catalogue: Catalogue, journal: RestoreJournal) {
    this.#options = options;
    this.#catalogue = catalogue;
    this.#journal = journal;
    this.#result = { files: 0, bytes: 0, problems: [...catalogue.problems], index: 'rebuilt-at-start' };
  }

  async perform(): Promise<RestoreResult> {
    const { target, dataDir, selection } = this.#options;
    if (!selection) this.#progress.bytesTotal = await volumeBytesOn(target);
    let last: ManifestTrailer | undefined;
    for (const manifest of this.#catalogue.manifests) last = (await this.#manifest(manifest)) ?? last;
    if (selection) return this.#selectedResult();
    const { problems } = this.#result;
    const complete = problems.length === 0 && last?.pending.length === 0;
    await restoreRecords(target, dataDir, problems);
    await restoreKeys(target, dataDir);
    if (complete && last && (await restoreIndex(target, dataDir, last.mark))) this.#result.index = 'restored';
    return this.#result;
  }

  /** A damaged manifest still names files, and each of them has its own hash. */
  async #manifest(path: string): Promise<ManifestTrailer | undefined> {
    const { target, selection } = this.#options;
    const file = (await target.read(path)) ?? Buffer.alloc(0);
    const trailer = readTrailer(file);
    if (!trailer) this.#damaged(path);
    const wanted = wantedEntries(file, selection);
    if (wanted.length > 0) await this.#volume(volumeOf(path), wanted);
    return trailer;
  }

  async #volume(volume: string, entries: readonly ManifestEntry[]): Promise<void> {
    const { target, dataDir, selection, onProgress } = this.#options;
    const bytes = entries.reduce((sum, { size }) => sum + size, 0);
    if (selection) this.#progress.bytesTotal += bytes;
    if (this.#journal.has(volume)) {
      this.#count({ files: entries.length, bytes });
      this.#progress.bytesDone += bytes;
      return;
    }
    const restored = await restoreVolume(target, dataDir, volume, entries, (bytes) => {
      this.#progress.bytesDone += bytes;
      onProgress?.(this.#progress);
    });
    this.#count(restored);
    this.#result.problems.push(...restored.problems);
    if (restored.problems.length === 0) await this.#journal.add(volume);
  }

  #count({ files, bytes }: { files: number; bytes: number }): void {
    this.#result.files += files;
    this.#result.bytes += bytes;
    this.#progress.files = this.#result.files;
  }

  #damaged(path: string): void {
    const { problems } = this.#result;
    if (problems.some((problem) => problem.path === path)) return;
    problems.push({ path, ko: '목록 파일이 손상되었습니다.', en: 'The manifest is damaged.' });
  }

  #selectedResult(): RestoreResult {
    const { study, patient, instance } = this.#options;
    if (this.#result.files > 0 || this.#result.problems.length > 0) return this.#result;
    throw new ArchiveError('NOT_FOUND', study ?? patient ?? instance);
  }
}

function volumeOf(manifest: string): string {
  return manifest.replace(/^manifests\//, 'volumes/').replace(/jsonl$/, 'zip');
}

async function volumeBytesOn(target: Target): Promise<number> {
  let bytes = 0;
  for (const path of await target.list('volumes')) {
    const reader = await target.open(path);
    bytes += reader?.size ?? 0;
    await reader?.close();
  }
  return bytes;
}

function noBackup(target: Target): ArchiveError {
  const detail = `${target.where}: 백업이 없습니다. / There is no backup here.`;
  return new ArchiveError('RESTORE_REFUSED', detail);
}
