/** Writing down what must not be forgotten: again and again until it has worked, since a full disk gets room again. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';

const REPAIR_MS = 10_000;

export class UntilWritten {
  readonly #log: Log;
  readonly #stopping = new AbortController();

  constructor(log: Log) {
    this.#log = log;
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Resolves when the work has been done, or has failed after `stop`. Never throws. */
  async run(work: () => Promise<unknown>): Promise<void> {
    do {
      try {
        await work();
        return;
      } catch (error) {
        this.#log.error({ err: error }, 'storage commitment cannot be written down; it is tried again');
        await delay(REPAIR_MS, undefined, { signal: this.signal }).catch(() => undefined);
      }
    } while (!this.signal.aborted);
  }

  /** Nothing is tried again any more. */
  stop(): void {
    this.#stopping.abort();
  }
}
