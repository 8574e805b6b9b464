/** Rows about connections to the DICOM ports. There are a few hundred at most: src/attempts keeps its own copy. */
import type { Connections } from '../connection.ts';

export interface AttemptRow {
  id: number;
  code: string;
  times: number;
  /** ISO 8601, UTC. */
  firstAt: string;
  lastAt: string;
  /** What the door saw the last time, as JSON. */
  facts: string;
}

/** Oldest first. */
export function listAttempts({ records }: Connections, _input: Record<string, never>): AttemptRow[] {
  return records.all<AttemptRow>(
    'SELECT id, code, times, first_at AS firstAt, last_at AS lastAt, facts FROM attempts ORDER BY last_at, id',
  );
}

/** Writes rows over the ones of the same id, and removes others. */
export function saveAttempts({ records }: Connections, input: { rows: AttemptRow[]; removed: number[] }): void {
  for (const id of input.removed) records.run('DELETE FROM attempts WHERE id = ?', id);
  for (const row of input.rows) {
    records.run(
      `INSERT INTO attempts (id, code, times, first_at, last_at, facts) VALUES (@id, @code, @times, @firstAt, @lastAt, @facts)
       ON CONFLICT (id) DO UPDATE SET times = excluded.times, last_at = excluded.last_at, facts = excluded.facts`,
      row,
    );
  }
}
