/** One SQLite connection with its pragmas and prepared statements; used inside the database threads only. */
import Sqlite from 'better-sqlite3';

export type Row = Record<string, unknown>;

/** A search was not done within the time that it was given. */
export class OutOfTimeError extends Error {
  readonly code = 'OUT_OF_TIME';
}

export class Connection {
  readonly sqlite: Sqlite.Database;
  readonly #statements = new Map<string, Sqlite.Statement>();
  #flushing = true;
  #isOver: (() => boolean) | undefined;

  constructor(file: string, mode: 'write' | 'read') {
    this.sqlite = new Sqlite(file, { readonly: mode === 'read', timeout: 10_000 });
    if (mode === 'write') this.sqlite.pragma('journal_mode = WAL');
    // FULL: a committed row survives a power cut. In WAL mode NORMAL would lose the last commits.
    this.sqlite.pragma('synchronous = FULL');
    this.sqlite.pragma('foreign_keys = ON');
    this.sqlite.pragma('temp_store = MEMORY');
    this.sqlite.pragma('cache_size = -16000');
    this.sqlite.pragma('wal_autocheckpoint = 4000');
    this.sqlite.function('in_time', { directOnly: true }, (_id: unknown) => this.#inTime());
  }

  /**
   * Whether commits wait until they are on stable storage. Without it they come after all earlier ones, and get there
   * with the next commit that is flushed; a power cut before that takes the last of them.
   */
  flushCommits(on: boolean): void {
    if (on === this.#flushing) return;
    this.sqlite.pragma(`synchronous = ${on ? 'FULL' : 'NORMAL'}`);
    this.#flushing = on;
  }

  /**
   * Runs `work`; its searches, which call `in_time(id)` for every row that they look at, end when `isOver` says so. It is
   * how a scan is interrupted: better-sqlite3 has no other way, and it costs 0.2 µs a row.
   * @throws OutOfTimeError
   */
  until<T>(isOver: () => boolean, work: () => T): T {
    this.#isOver = isOver;
    try {
      return work();
    } finally {
      this.#isOver = undefined;
    }
  }

  #inTime(): 1 {
    if (this.#isOver?.()) throw new OutOfTimeError();
    return 1;
  }

  /** The prepared statement of `sql`, made once. */
  prepare(sql: string): Sqlite.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.sqlite.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  run(sql: string, ...values: unknown[]): Sqlite.RunResult {
    return this.prepare(sql).run(...values);
  }

  get<T = Row>(sql: string, ...values: unknown[]): T | undefined {
    return this.prepare(sql).get(...values) as T | undefined;
  }

  all<T = Row>(sql: string, ...values: unknown[]): T[] {
    return this.prepare(sql).all(...values) as T[];
  }

  close(): void {
    this.#statements.clear();
    this.sqlite.close();
  }
}

/** The two databases of a data folder. */
export interface Connections {
  index: Connection;
  records: Connection;
}
