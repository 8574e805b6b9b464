/** The main thread's end of one database thread: requests out, promises back. */
import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '../error-table.ts';
import { ArchiveError } from '../errors.ts';
import { OutOfTimeError } from './connection.ts';
import type { Failure, Greeting, Reply, Request, ThreadData } from './thread.ts';

interface Waiting {
  resolve(output: unknown): void;
  reject(error: Error): void;
}

/** Rows live for a moment. Left alone, the heap of a thread grows to more than 100 MB for them and keeps it. */
const YOUNG_MB = 16;

export class DatabaseThread {
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onDamage: () => void;
  readonly #ending = new Int32Array(new SharedArrayBuffer(4));
  #nextId = 1;
  #ended: Promise<void>;
  #exited = false;

  constructor(data: Omit<ThreadData, 'ending'>, onDamage: () => void) {
    this.#onDamage = onDamage;
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: { ...data, ending: this.#ending } satisfies ThreadData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.ready = new Promise((resolve, reject) => {
      this.#worker.once('error', reject);
      this.#worker.on('message', (message: Greeting | Reply[]) => {
        if (Array.isArray(message)) for (const reply of message) this.#settle(reply);
        else if ('ready' in message) resolve();
        else reject(Object.assign(new Error(message.refused.message), message.refused));
      });
    });
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve(this.#failAll())));
    this.ready.catch(() => undefined);
  }

  /** Requests under way. */
  get load(): number {
    return this.#waiting.size;
  }

  /** @param withinMs a search that takes longer is given up by an OutOfTimeError, ms */
  request(name: string, input: unknown, withinMs?: number): Promise<unknown> {
    if (this.#exited) return Promise.reject(new ArchiveError('DATABASE_FAILED', 'thread ended'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, input, ...(withinMs !== undefined && { withinMs }) } satisfies Request);
    });
  }

  /** Finishes what is queued, except searches, closes the connections and ends the thread. */
  async close(): Promise<void> {
    Atomics.store(this.#ending, 0, 1);
    this.#worker.postMessage('close');
    await this.#ended;
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (!waiting) return;
    if ('output' in reply) waiting.resolve(reply.output);
    else waiting.reject(this.#failure(reply.error));
  }

  #failure(error: Failure): Error {
    if (error.code === 'OUT_OF_TIME') return new OutOfTimeError(error.message);
    if (error.detail !== undefined) return new ArchiveError(error.code as ErrorCode, error.detail);
    if (error.code === 'SQLITE_CORRUPT' || error.code === 'SQLITE_NOTADB') this.#onDamage();
    if (error.code === 'SQLITE_FULL') return new ArchiveError('STORAGE_FULL', error.message);
    if (error.code === 'SQLITE_BUSY') return new ArchiveError('DATABASE_BUSY', error.message);
    if (error.code.startsWith('SQLITE')) return new ArchiveError('DATABASE_FAILED', `${error.message} (${error.code})`);
    return new Error(error.message);
  }

  #failAll(): void {
    this.#exited = true;
    for (const waiting of this.#waiting.values()) waiting.reject(new ArchiveError('DATABASE_FAILED', 'thread ended'));
    this.#waiting.clear();
  }
}
