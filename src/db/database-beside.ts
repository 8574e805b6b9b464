/**
 * The databases of a data folder for a second process: a command that runs beside the appliance, or without it. Reads
 * see what is committed. Runs in the calling thread; nothing is created, migrated or repaired here.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Connection, type Connections } from './connection.ts';
import { setRecordsMeta } from './operations/meta.ts';
import { READS, type ReadInput, type ReadName, type ReadOutput } from './operations.ts';

export class DatabaseBeside {
  readonly #dataDir: string;
  readonly #connections: Connections;

  private constructor(dataDir: string) {
    this.#dataDir = dataDir;
    const records = new Connection(join(dataDir, 'records.sqlite'), 'read');
    this.#connections = { records, index: new Connection(join(dataDir, 'index.sqlite'), 'read') };
  }

  /** Does the folder have both databases? */
  static isThere(dataDir: string): boolean {
    return ['index.sqlite', 'records.sqlite'].every((name) => existsSync(join(dataDir, name)));
  }

  /** @throws SQLite's error when a database is missing or damaged */
  static open(dataDir: string): DatabaseBeside {
    return new DatabaseBeside(dataDir);
  }

  read<K extends ReadName>(name: K, input: ReadInput<K>): ReadOutput<K> {
    const operation = READS[name] as (connections: Connections, input: ReadInput<K>) => ReadOutput<K>;
    return operation(this.#connections, input);
  }

  /** Keeps a small named value in the records; waits for the appliance's own writer, and holds it up for one row. */
  keep(key: string, value: string): void {
    const records = new Connection(join(this.#dataDir, 'records.sqlite'), 'write');
    try {
      setRecordsMeta({ ...this.#connections, records }, { key, value });
    } finally {
      records.close();
    }
  }

  close(): void {
    this.#connections.index.close();
    this.#connections.records.close();
  }
}
