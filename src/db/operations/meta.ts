/** Small named values of the index (its epoch, the state of a rebuild) and of the records (the site's id). */
import type { Connections } from '../connection.ts';

export function getMeta(
  { index, records }: Connections,
  input: { database: 'index' | 'records'; key: string },
): string | undefined {
  const connection = input.database === 'index' ? index : records;
  return connection.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', input.key)?.value;
}

const UPSERT = 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';

export function setMeta({ index }: Connections, input: { key: string; value: string }): void {
  index.run(UPSERT, input.key, input.value);
}

export function setRecordsMeta({ records }: Connections, input: { key: string; value: string }): void {
  records.run(UPSERT, input.key, input.value);
}

/** Puts every row committed before on stable storage, by a small commit that is flushed and the log with it. */
export function flushIndex({ index }: Connections, _input: Record<string, never>): void {
  index.run(UPSERT, 'flushed', new Date().toISOString());
}
