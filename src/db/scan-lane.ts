/**
 * The lane for searches that go through very many rows: one after the other in a thread of its own, so that today's list,
 * an ID or one study never wait behind them.
 */
import { ArchiveError } from '../errors.ts';
import { OutOfTimeError } from './connection.ts';
import type { DatabaseThread } from './database-thread.ts';

interface Limits {
  /** The longest that a search may take, ms. */
  readonly scanMs: number;
  /** Searches that may wait for the one under way. */
  readonly waiting: number;
}

export class ScanLane {
  readonly #start: () => DatabaseThread;
  readonly #limits: Limits;
  #thread: DatabaseThread | undefined;
  #closed = false;

  /** @param start makes the thread, when the first slow search comes */
  constructor(start: () => DatabaseThread, limits: Limits) {
    this.#start = start;
    this.#limits = limits;
  }

  /** @throws ArchiveError SEARCH_BUSY when too many wait already, SEARCH_TOO_BROAD when it took too long */
  async request(name: string, input: unknown): Promise<unknown> {
    if (this.#closed) throw new ArchiveError('SEARCH_BUSY', 'closing');
    this.#thread ??= this.#start();
    if (this.#thread.load > this.#limits.waiting) throw new ArchiveError('SEARCH_BUSY');
    try {
      return await this.#thread.request(name, input, this.#limits.scanMs);
    } catch (error) {
      throw error instanceof OutOfTimeError ? new ArchiveError('SEARCH_TOO_BROAD') : error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.close();
  }
}
