/** What SQLite itself says about both databases. */
import type { Connections } from '../connection.ts';

/** The problems found by `PRAGMA integrity_check`; none when all is well. Reads everything: minutes for a large index. */
export function integrity({ index, records }: Connections, _input: Record<string, never>): string[] {
  return [...check('index', index), ...check('records', records)];
}

function check(name: string, connection: Connections['index']): string[] {
  const rows = connection.all<{ integrity_check: string }>('PRAGMA integrity_check(20)');
  return rows.flatMap(({ integrity_check: line }) => (line === 'ok' ? [] : [`${name}: ${line}`]));
}
