/** Forward-only migrations: numbered SQL files, each applied once in its own transaction, never edited after release. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from './connection.ts';

/**
 * Brings the schema up to the newest file of `migrations/<name>`; `PRAGMA user_version` remembers how far it is.
 * @throws when the database was written by a newer program than this one.
 */
export function migrate(connection: Connection, name: 'index' | 'records'): void {
  const folder = join(import.meta.dirname, 'migrations', name);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  const newest = Number(files.at(-1)?.slice(0, 4) ?? 0);
  const version = connection.sqlite.pragma('user_version', { simple: true }) as number;
  if (version > newest) throw new Error(`${name}.sqlite has schema ${version}, this program knows ${newest} at most`);
  for (const file of files) {
    const number = Number(file.slice(0, 4));
    if (number <= version) continue;
    connection.sqlite.transaction(() => {
      connection.sqlite.exec(readFileSync(join(folder, file), 'utf8'));
      connection.sqlite.pragma(`user_version = ${number}`);
    })();
  }
}
