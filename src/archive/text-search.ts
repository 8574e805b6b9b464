/**
 * Keeps the index of texts in step with the studies: a moment after images have come in, a few studies at a time, so that
 * neither the image on its way nor anybody else waits for it. Searches look at what is not in it yet one by one.
 */
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';

const EVERY_MS = 2000;
/** A few milliseconds of the writer. */
const STUDIES_AT_ONCE = 50;

export class TextSearch {
  readonly #database: Pick<Database, 'write'>;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #closing = false;

  constructor(database: Pick<Database, 'write'>, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  /** There may be new studies. */
  note(): void {
    if (this.#timer !== undefined || this.#closing) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#takeUp().finally(() => {
        this.#timer = undefined;
      });
    }, EVERY_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #takeUp(): Promise<void> {
    try {
      while (!this.#closing && (await this.#database.write('addToTextSearch', { limit: STUDIES_AT_ONCE })));
    } catch (error) {
      this.#log.error(
        { error: String(error) },
        'the index of texts fell behind; searches are slower until it is made up',
      );
    }
  }
}
