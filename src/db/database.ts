/**
 * The databases of a data folder: `index.sqlite` (disposable, rebuilt from the files) and `records.sqlite` (accounts,
 * access log, quarantine, cursors). One writer thread, a few reader threads; nobody else may open them for writing.
 */
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError } from '../errors.ts';
import { OutOfTimeError } from './connection.ts';
import { DatabaseThread } from './database-thread.ts';
import type { ReadInput, ReadName, ReadOutput, WriteInput, WriteName, WriteOutput } from './operations.ts';
import { ScanLane } from './scan-lane.ts';

/** `created` and `replaced` ask for a rebuild from the files; `replaced`: the damaged file was moved aside. */
export type IndexState = 'present' | 'created' | 'replaced';

const READERS = 2;
/** What may turn out to go through hundreds of thousands of rows. */
const SEARCHES: ReadonlySet<ReadName> = new Set(['find', 'searchStudies']);

export interface SearchLimits {
  /** A search that is not done by then goes on in the lane for slow ones, and the others need not wait for it, ms. */
  readonly quickMs: number;
  /** The longest that a search may take, ms. */
  readonly scanMs: number;
  /** Slow searches that may wait for the one under way. */
  readonly waiting: number;
}

const SEARCH_LIMITS: SearchLimits = { quickMs: 50, scanMs: 15_000, waiting: 8 };

export class Database {
  readonly indexState: IndexState;
  readonly #dataDir: string;
  readonly #writer: DatabaseThread;
  readonly #readers: DatabaseThread[] = [];
  readonly #scans: ScanLane;
  readonly #onDamage: () => void;
  readonly #limits: SearchLimits;

  private constructor(
    dataDir: string,
    indexState: IndexState,
    writer: DatabaseThread,
    reader: DatabaseThread,
    onDamage: () => void,
    limits: SearchLimits,
  ) {
    this.#dataDir = dataDir;
    this.indexState = indexState;
    this.#writer = writer;
    this.#readers.push(reader);
    this.#onDamage = onDamage;
    this.#limits = limits;
    this.#scans = new ScanLane(() => new DatabaseThread({ role: 'reader', dataDir }, onDamage), limits);
  }

  /**
   * Opens both databases, creating or migrating them. A damaged index is moved aside (`index.damaged-<time>.sqlite`)
   * and replaced by an empty one; a damaged records.sqlite is an error, since it cannot be made again.
   * @param onDamage called when a later operation finds the index damaged; a restart repairs it.
   */
  static async open(
    dataDir: string,
    onDamage: () => void = () => undefined,
    limits: SearchLimits = SEARCH_LIMITS,
  ): Promise<Database> {
    // The first reader loads its code beside the writer and opens its connections when it is first asked.
    const reader = new DatabaseThread({ role: 'reader', dataDir }, onDamage);
    try {
      const { state, writer } = await openWriter(dataDir, onDamage);
      return new Database(dataDir, state, writer, reader, onDamage, limits);
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  /** Runs a write; when it resolves, its transaction is on the disk, or certain to be with the next `flushIndex`. */
  write<K extends WriteName>(name: K, input: WriteInput<K>): Promise<WriteOutput<K>> {
    return this.#writer.request(name, input) as Promise<WriteOutput<K>>;
  }

  /**
   * Runs a read on the least busy reader thread; threads start on demand. No plan tells for sure how long a search takes:
   * what is not done soon starts again in a lane of its own.
   * @throws ArchiveError SEARCH_BUSY, SEARCH_TOO_BROAD
   */
  async read<K extends ReadName>(name: K, input: ReadInput<K>): Promise<ReadOutput<K>> {
    const withinMs = SEARCHES.has(name) ? this.#limits.quickMs : undefined;
    try {
      return (await this.#leastBusyReader().request(name, input, withinMs)) as ReadOutput<K>;
    } catch (error) {
      if (!(error instanceof OutOfTimeError)) throw error;
      return (await this.#scans.request(name, input)) as ReadOutput<K>;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers, this.#scans].map((reader) => reader.close()));
    await this.#writer.close();
  }

  #leastBusyReader(): DatabaseThread {
    const idlest = this.#readers.toSorted((a, b) => a.load - b.load)[0];
    if (idlest && (idlest.load === 0 || this.#readers.length >= READERS)) return idlest;
    const reader = new DatabaseThread({ role: 'reader', dataDir: this.#dataDir }, this.#onDamage);
    this.#readers.push(reader);
    return reader;
  }
}

/** The writer with both databases created or migrated; a damaged index is moved aside for an empty one. */
async function openWriter(
  dataDir: string,
  onDamage: () => void,
): Promise<{ state: IndexState; writer: DatabaseThread }> {
  const file = join(dataDir, 'index.sqlite');
  let state: IndexState = existsSync(file) ? 'present' : 'created';
  if (state === 'present' && (existsSync(join(dataDir, 'index.damaged')) || !(await isSqlite(file)))) {
    await moveIndexAside(dataDir);
    state = 'replaced';
  }
  const writer = new DatabaseThread({ role: 'writer', dataDir }, onDamage);
  const failure = await writer.ready.then(() => undefined, asStartFailure);
  if (!failure) return { state, writer };
  if (failure.damaged !== 'index' || state !== 'present') throw failure.error;
  await moveIndexAside(dataDir);
  const successor = new DatabaseThread({ role: 'writer', dataDir }, onDamage);
  await successor.ready.catch((error) => Promise.reject(asStartFailure(error).error));
  return { state: 'replaced', writer: successor };
}

/** Leaves a mark that makes the next `Database.open` replace the index; for damage that shows only in use. */
export async function markIndexDamaged(dataDir: string): Promise<void> {
  const handle = await open(join(dataDir, 'index.damaged'), 'w');
  await handle.close();
}

/** Why the databases could not be opened, as a sentence for the person at the screen. */
function asStartFailure(error: Error & { code?: string; database?: string }): {
  damaged: string | undefined;
  error: Error;
} {
  // Anything but SQLite's word is a bug and keeps its own message.
  if (!error.code?.startsWith('SQLITE')) return { damaged: undefined, error };
  const damaged = error.code === 'SQLITE_CORRUPT' || error.code === 'SQLITE_NOTADB';
  const file = `${error.database ?? ''}.sqlite`;
  const detail = damaged
    ? `${file} 이(가) 손상되었습니다. 백업에서 복구해 주세요 (npm run restore). / ${file} is damaged. Please restore it from the backup.`
    : `${file} 을(를) 열 수 없습니다 (${error.message}). 디스크와 폴더 권한을 확인해 주세요. / ${file} cannot be opened. Please check the disk and the permissions of the folder.`;
  return {
    damaged: damaged ? error.database : undefined,
    error: new ArchiveError('START_REFUSED', detail, { cause: error }),
  };
}

async function isSqlite(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    return bytesRead === 0 || buffer.toString('latin1') === 'SQLite format 3\0';
  } finally {
    await handle.close();
  }
}

async function moveIndexAside(dataDir: string): Promise<void> {
  const stamp = new Date().toISOString().replaceAll(/[-:.]/g, '');
  await rename(join(dataDir, 'index.sqlite'), join(dataDir, `index.damaged-${stamp}.sqlite`));
  // The log of the damaged file must not be replayed into its successor.
  await rm(join(dataDir, 'index.sqlite-wal'), { force: true });
  await rm(join(dataDir, 'index.sqlite-shm'), { force: true });
  await rm(join(dataDir, 'index.damaged'), { force: true });
}
