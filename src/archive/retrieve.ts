/** Which stored files answer a retrieval, and their bytes. */
import type { Database } from '../db/database.ts';
import type { InstanceKind } from '../db/operations/selected-files.ts';
import type { InstanceSelector, StoredInstanceRow } from '../db/operations/stored-instances.ts';
import { ArchiveError } from '../errors.ts';
import type { ImageStore } from '../storage/image-store.ts';
import type { Reading, Sink } from '../storage/read-range.ts';

/** One stored file; offsets and lengths are bytes, `path` is for worker threads only. */
export interface StoredInstance extends StoredInstanceRow {
  path: string;
}

/** Instances to be sent: however many there are, only their file ids and one page of rows are in memory. */
export interface Selection {
  readonly total: number;
  /** SOP classes and the transfer syntaxes that they are stored in, each pair once. */
  readonly kinds: readonly InstanceKind[];
  /** Each instance once, in reading order; one whose row has gone meanwhile is left out. */
  instances(): AsyncIterable<StoredInstance>;
}

/** Instances that one retrieval may find. */
export const MOST_SELECTED = 500_000;
/** Rows; the first page is short, since somebody waits for the first image. */
const PAGE = 100;
const FIRST_PAGE = 8;

export class Retriever {
  readonly #database: Database;
  readonly #store: ImageStore;

  constructor(database: Database, store: ImageStore) {
    this.#database = database;
    this.#store = store;
  }

  /** Current instances, by series number and instance number; a `fileId` finds a file of any role. */
  async instances(of: InstanceSelector): Promise<StoredInstance[]> {
    return this.#withPaths(await this.#database.read('findInstances', of));
  }

  /** Current instances that any of the selectors finds. @throws ArchiveError QUERY_INVALID for more than 500,000 */
  async select(selectors: readonly InstanceSelector[]): Promise<Selection> {
    const { fileIds, kinds } = await this.#database.read('selectFiles', { selectors, limit: MOST_SELECTED + 1 });
    if (fileIds.length > MOST_SELECTED) throw new ArchiveError('QUERY_INVALID', `more than ${MOST_SELECTED} instances`);
    return { total: fileIds.length, kinds, instances: () => this.#pages(fileIds) };
  }

  /** Every stored file of one SOP Instance UID, oldest first: prior versions and copies that need attention too. */
  async versions(sopInstanceUid: string): Promise<StoredInstance[]> {
    return this.#withPaths(await this.#database.read('findVersions', { sopInstanceUid }));
  }

  /** The current files of a series in reading order, and the Patient ID; undefined when there are none. */
  seriesFiles(of: { studyInstanceUid: string; seriesInstanceUid: string }) {
    return this.#database.read('findSeriesFiles', of);
  }

  /** Those of the files that the archive has. */
  known(fileIds: readonly string[]): Promise<string[]> {
    return this.#database.read('hasFiles', { fileIds });
  }

  /** Hands bytes [start, end) of the data set to the sink. @throws ArchiveError STORAGE_READ_FAILED */
  read(instance: StoredInstance, start: number, end: number, sink: Sink): Promise<void> {
    return this.begin(instance, start, end).to(sink);
  }

  /** Begins to read bytes [start, end) of the data set; `to` throws ArchiveError STORAGE_READ_FAILED. */
  begin(instance: StoredInstance, start: number, end: number): Reading {
    const reading = this.#store.beginRange(instance, start, end);
    return {
      to: (sink) => reading.to(sink).catch((error: unknown) => Promise.reject(readFailure(instance, error))),
      drop: () => reading.drop(),
    };
  }

  /** The next page is read while the one before is being taken. */
  async *#pages(fileIds: readonly string[]): AsyncGenerator<StoredInstance> {
    let next = this.#page(fileIds, 0, FIRST_PAGE);
    for (let at = FIRST_PAGE; at - PAGE < fileIds.length; at += PAGE) {
      const rows = await next;
      next = this.#page(fileIds, at, PAGE);
      yield* this.#withPaths(rows);
    }
  }

  #page(fileIds: readonly string[], at: number, length: number): Promise<StoredInstanceRow[]> {
    if (at >= fileIds.length) return Promise.resolve([]);
    const rows = this.#database.read('instancesOfFiles', { fileIds: fileIds.slice(at, at + length) });
    // Told when it is that page's turn; whoever takes the rows may stop before.
    rows.catch(() => undefined);
    return rows;
  }

  #withPaths(rows: StoredInstanceRow[]): StoredInstance[] {
    return rows.map((row) => ({ ...row, path: this.#store.pathOf(row.fileId) }));
  }
}

/** Failures of the file system; what the sink threw stays what it is. */
function readFailure({ fileId }: StoredInstance, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined && !(error instanceof RangeError)) return error;
  return new ArchiveError('STORAGE_READ_FAILED', `${fileId} ${code ?? ''}`, { cause: error });
}
