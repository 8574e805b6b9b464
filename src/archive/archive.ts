/** The archive: what every door asks of it, and the order in which it starts. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Changes } from '../changes/changes.ts';
import { Database, markIndexDamaged } from '../db/database.ts';
import type { QuarantineRow } from '../db/operations/quarantine.ts';
import type { StudyRow, StudySearch } from '../db/operations/worklist.ts';
import type { ErrorCode } from '../error-table.ts';
import type { Log } from '../log.ts';
import { keepBallast, releaseBallast } from '../storage/ballast.ts';
import { makeFolder } from '../storage/flush.ts';
import { refusalReserve } from '../storage/free-space.ts';
import { ImageStore } from '../storage/image-store.ts';
import { quarantinePath } from '../storage/quarantine-files.ts';
import { readRange, type Sink } from '../storage/read-range.ts';
import { foldSearch } from './describe-instance.ts';
import { type Query, type QueryResult, query } from './query.ts';
import { type Origin, Receiver, type StoredOutcome } from './receive.ts';
import { ReceiveSequence } from './receive-sequence.ts';
import { recover } from './recover.ts';
import { type ReindexProgress, reindex } from './reindex.ts';
import { Retriever } from './retrieve.ts';
import { TextSearch } from './text-search.ts';

export interface ArchiveSettings {
  dataDir: string;
  /** GB of 10^9 bytes; null: 1 GB, at most 2 % of the disk. */
  refuseBelowGb: number | null;
  warnBelowGb: number;
  unapprovedQuotaGb: number;
}

export interface ArchiveStatus {
  index: { state: 'ready' | 'rebuilding' | 'damaged'; progress?: ReindexProgress };
  disk: {
    freeBytes: number;
    totalBytes: number;
    warnBelowBytes: number;
    refuseBelowBytes: number;
    low: boolean;
    refusing: boolean;
  };
}

/** How long a rebuild of the index may hold up the start. */
const HEAD_START_MS = 3000;

export class Archive {
  readonly receive: Receiver;
  readonly retrieve: Retriever;
  readonly changes: Changes;
  readonly database: Database;
  readonly store: ImageStore;
  readonly #settings: ArchiveSettings;
  readonly #log: Log;
  readonly #sequence: ReceiveSequence;
  readonly #textSearch: TextSearch;
  readonly #unapproved = new Map<string, number>();
  #index: ArchiveStatus['index'] = { state: 'ready' };
  #rebuild: Promise<void> = Promise.resolve();

  private constructor(
    settings: ArchiveSettings,
    log: Log,
    database: Database,
    store: ImageStore,
    lastSequence: number,
  ) {
    this.#settings = settings;
    this.#log = log;
    this.database = database;
    this.store = store;
    this.changes = new Changes(database);
    this.retrieve = new Retriever(database, store);
    this.#textSearch = new TextSearch(database, log);
    this.#sequence = new ReceiveSequence(lastSequence);
    this.receive = new Receiver({
      store,
      database,
      log,
      sequence: this.#sequence,
      refusal: (origin) => this.#refusal(origin),
      onStored: (outcome, origin, bytes) => this.#onStored(outcome, origin, bytes),
    });
  }

  /** Opens the data folder, files what an interrupted run left, and rebuilds a missing or damaged index beside the work. */
  static async open(settings: ArchiveSettings, log: Log): Promise<Archive> {
    const { dataDir } = settings;
    await makeFolder(dataDir);
    let archive: Archive | undefined;
    const store = new ImageStore(dataDir, async () => (archive as Archive).database.write('flushIndex', {}));
    const { freeBytes } = await store.space.refresh();
    if (await releaseBallast(dataDir, freeBytes))
      log.error('the disk is full: only reading is possible until there is room');
    const database = await Database.open(dataDir, () => archive?.noteDamage());
    const { maxReceiveSequence } = await database.read('indexCounts', {});
    archive = new Archive(settings, log, database, store, maxReceiveSequence);
    await archive.#start();
    // A small archive is whole before the first question; a large one answers from the rows that are there.
    await Promise.race([archive.rebuilt(), delay(HEAD_START_MS, undefined, { ref: false })]);
    return archive;
  }

  query(asked: Query): Promise<QueryResult> {
    return query(this.database, asked);
  }

  /** Rows of the worklist page; text is searched in names (any script, 초성), Patient ID and Accession Number. */
  searchStudies(search: StudySearch): Promise<StudyRow[]> {
    const text = foldSearch(search.text ?? '');
    return this.database.read('searchStudies', { ...search, text });
  }

  study(id: number) {
    return this.database.read('studyById', { id });
  }

  /** What staff should look at: quarantined bytes, copies kept aside, Study UIDs under two patients. */
  async attention(limit = 200) {
    const [kept, quarantined] = await Promise.all([
      this.database.read('attention', { limit }),
      this.database.read('listQuarantine', { limit }),
    ]);
    return { ...kept, quarantined };
  }

  quarantined(id: number) {
    return this.database.read('quarantineById', { id });
  }

  /** Hands the bytes of a quarantined row, exactly as they were received, to the sink. */
  async readQuarantined(row: QuarantineRow, sink: Sink): Promise<void> {
    const path = quarantinePath(this.store.dataDir, row.file);
    await readRange(path, row.dataSetOffset, row.dataSetOffset + row.bytes, sink);
  }

  /** How much the index holds. */
  counts(): Promise<{ studies: number; instances: number; maxReceiveSequence: number }> {
    return this.database.read('indexCounts', {});
  }

  status(): ArchiveStatus {
    const { freeBytes, totalBytes } = this.store.space.latest;
    const refuseBelowBytes = refusalReserve(this.#settings.refuseBelowGb, totalBytes);
    const warnBelowBytes = this.#settings.warnBelowGb * 1e9;
    const [low, refusing] = [freeBytes < warnBelowBytes, freeBytes < refuseBelowBytes];
    return { index: this.#index, disk: { freeBytes, totalBytes, warnBelowBytes, refuseBelowBytes, low, refusing } };
  }

  /** Resolves when a rebuild of the index that is under way has ended. */
  rebuilt(): Promise<void> {
    return this.#rebuild;
  }

  /** An operation found the index damaged: the next start replaces it. */
  noteDamage(): void {
    if (this.#index.state === 'damaged') return;
    this.#index = { state: 'damaged' };
    this.#log.error('the index is damaged; it will be rebuilt from the images at the next start');
    markIndexDamaged(this.store.dataDir).catch((error) =>
      this.#log.error({ error: String(error) }, 'could not mark the index'),
    );
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#rebuild;
    await this.#textSearch.close();
    await this.store.close();
    await this.database.close();
  }

  #closing = false;

  async #start(): Promise<void> {
    const { database, store } = this;
    const epoch = await database.read('getMeta', { database: 'index', key: 'epoch' });
    const rebuilding = await database.read('getMeta', { database: 'index', key: 'rebuilding' });
    if (epoch === undefined) {
      await database.write('setMeta', { key: 'rebuilding', value: 'yes' });
      await database.write('setMeta', { key: 'epoch', value: randomUUID() });
    }
    for (const { address, bytes } of await database.read('unapprovedBytes', {})) this.#unapproved.set(address, bytes);
    await recover(store, database, this.#log);
    this.#textSearch.note();
    this.#sequence.passed((await this.counts()).maxReceiveSequence);
    await keepBallast(store.dataDir, (await store.space.refresh()).freeBytes).catch(() => undefined);
    if (epoch === undefined || rebuilding === 'yes') this.#rebuild = this.#reindex();
  }

  async #reindex(): Promise<void> {
    this.#index = { state: 'rebuilding' };
    try {
      const progress = await reindex(this.store, this.database, this.#log, (now) => {
        if (this.#closing) throw new Error('stopped');
        this.#index = { state: 'rebuilding', progress: { ...now } };
        this.changes.signal();
        this.#textSearch.note();
      });
      await this.database.write('setMeta', { key: 'rebuilding', value: 'no' });
      if (progress.found > 0) this.#log.warn({ ...progress }, 'the index was rebuilt from the images');
      this.#index = { state: 'ready' };
    } catch (error) {
      if (!this.#closing)
        this.#log.error({ error: String(error) }, 'the rebuild of the index stopped; the next start goes on with it');
    }
  }

  #refusal(origin: Origin): { code: ErrorCode; detail: string } | undefined {
    if (this.status().disk.refusing) return { code: 'STORAGE_FULL', detail: 'the reserve is reached' };
    const sent = this.#unapproved.get(origin.peerAddress) ?? 0;
    if (origin.device !== null || sent < this.#settings.unapprovedQuotaGb * 1e9) return undefined;
    return { code: 'QUOTA_EXCEEDED', detail: `${origin.callingAe} at ${origin.peerAddress}` };
  }

  #onStored(outcome: StoredOutcome, origin: Origin, bytes: number): void {
    if (outcome.kind === 'already-stored') return;
    if (origin.device === null) {
      this.#unapproved.set(origin.peerAddress, (this.#unapproved.get(origin.peerAddress) ?? 0) + bytes);
    }
    this.changes.signal();
    this.#textSearch.note();
  }
}
