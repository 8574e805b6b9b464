/**
 * The change log as followers see it. What happened is in the database; the signal in the process only says
 * "look again", so that nobody misses anything by being asleep or restarted.
 */
import type { Database } from '../db/database.ts';
import type { Change } from '../db/operations/changes.ts';
import type { Cursor } from '../db/operations/cursors.ts';

export type { Change, Cursor };

export class Changes {
  readonly #database: Database;
  readonly #listeners = new Set<() => void>();
  #signalled = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The newest line; a cursor of another epoch belongs to an index that was replaced. */
  head(): Promise<Cursor> {
    return this.#database.read('changesHead', {});
  }

  /** Lines after the cursor, oldest first. A cursor of another epoch reads from the beginning. */
  async since(cursor: Cursor, limit: number): Promise<Change[]> {
    const { epoch } = await this.head();
    return this.#database.read('changesSince', { seq: cursor.epoch === epoch ? cursor.seq : 0, limit });
  }

  /** How far a follower has come; undefined before its first step. */
  cursorOf(follower: string): Promise<Cursor | undefined> {
    return this.#database.read('getCursor', { follower });
  }

  /** Everything up to here is done and need not be seen again. */
  moveCursor(follower: string, cursor: Cursor): Promise<void> {
    return this.#database.write('setCursor', { follower, ...cursor });
  }

  /** Calls the listener soon after something was committed; returns the way to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something was committed. Many signals of one turn become one call. */
  signal(): void {
    if (this.#signalled) return;
    this.#signalled = true;
    setImmediate(() => {
      this.#signalled = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
