/**
 * Transfers that staff has started: studies sent to a device, or fetched from one. Two run at a time, the rest waits; the
 * list is in memory, and what was under way at a restart has to be started again.
 */
import { ArchiveError } from '../errors.ts';
import type { Log } from '../log.ts';

export interface TransferFacts {
  readonly kind: 'send' | 'fetch';
  /** 'AE@host' */
  readonly device: string;
  readonly studyInstanceUid: string;
  /** '' when it is not known. */
  readonly patientId: string;
  /** User name. */
  readonly startedBy: string;
}

export interface TransferFailure {
  readonly sopInstanceUid: string;
  /** What the receiver answered; null when it gave no answer. */
  readonly status: number | null;
  readonly why: string | null;
}

export interface Transfer extends TransferFacts {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  finishedAt: string | null;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  total: number;
  completed: number;
  warning: number;
  failed: number;
  /** The first thousand. */
  failures: TransferFailure[];
  /** Why it failed as a whole; for support. */
  detail: string;
}

/** How a transfer ended; `done` with images that failed counts as failed. */
export interface TransferEnd {
  readonly state: 'done' | 'failed' | 'stopped';
  readonly detail?: string;
}

type Run = (transfer: Transfer, signal: AbortSignal) => Promise<TransferEnd>;

interface Kept {
  readonly transfer: Transfer;
  readonly run: Run;
  readonly stop: AbortController;
}

const AT_A_TIME = 2;
const MOST_KEPT = 200;
const MOST_WAITING = 100;

export class Transfers {
  readonly #log: Log;
  readonly #kept = new Map<number, Kept>();
  readonly #running = new Set<Promise<void>>();
  #lastId = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Starts it as soon as it is its turn. @throws ArchiveError DATABASE_BUSY when too many wait */
  start(facts: TransferFacts, run: Run): Transfer {
    const waiting = this.list().filter(({ state }) => state === 'waiting').length;
    if (waiting >= MOST_WAITING) throw new ArchiveError('DATABASE_BUSY', 'too many transfers wait');
    const transfer: Transfer = {
      ...facts,
      id: ++this.#lastId,
      startedAt: new Date().toISOString(),
      finishedAt: null,
      state: 'waiting',
      total: 0,
      completed: 0,
      warning: 0,
      failed: 0,
      failures: [],
      detail: '',
    };
    this.#kept.set(transfer.id, { transfer, run, stop: new AbortController() });
    this.#forget();
    this.#next();
    return transfer;
  }

  /** Newest first. */
  list(): Transfer[] {
    return [...this.#kept.values()].map(({ transfer }) => transfer).reverse();
  }

  get(id: number): Transfer | undefined {
    return this.#kept.get(id)?.transfer;
  }

  /** Stops between two images; what was sent stays where it is. */
  stop(id: number): Transfer | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    kept.stop.abort();
    if (kept.transfer.state === 'waiting') end(kept.transfer, { state: 'stopped' });
    return kept.transfer;
  }

  /** Stops all; resolves when nothing is under way. */
  async close(): Promise<void> {
    for (const id of this.#kept.keys()) this.stop(id);
    await Promise.all(this.#running);
  }

  #next(): void {
    if (this.#running.size >= AT_A_TIME) return;
    const next = [...this.#kept.values()].find(({ transfer }) => transfer.state === 'waiting');
    if (next === undefined) return;
    next.transfer.state = 'running';
    const running = this.#run(next).finally(() => {
      this.#running.delete(running);
      this.#next();
    });
    this.#running.add(running);
  }

  async #run({ transfer, run, stop }: Kept): Promise<void> {
    try {
      end(transfer, await run(transfer, stop.signal));
    } catch (error) {
      this.#log.error({ err: error, transfer: transfer.id }, 'a transfer failed');
      end(transfer, { state: 'failed', detail: error instanceof ArchiveError ? error.code : 'internal error' });
    }
  }

  /** The oldest finished ones go. */
  #forget(): void {
    for (const [id, { transfer }] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT) return;
      if (transfer.finishedAt !== null) this.#kept.delete(id);
    }
  }
}

function end(transfer: Transfer, { state, detail = '' }: TransferEnd): void {
  transfer.state = state === 'done' && transfer.failed > 0 ? 'failed' : state;
  transfer.detail = detail;
  transfer.finishedAt = new Date().toISOString();
}
