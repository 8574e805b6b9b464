/**
 * Rows that stay where they are while somebody points at them: newcomers wait, known ones are brought up to date in
 * place, and those that are gone leave.
 */

interface Held<Row> {
  readonly rows: readonly Row[];
  /** How many wait. */
  readonly waiting: number;
}

export function heldRows<Row extends { id: number | string }>(shown: readonly Row[], fresh: readonly Row[]): Held<Row> {
  const latest = new Map(fresh.map((row) => [row.id, row]));
  const known = new Set(shown.map(({ id }) => id));
  return {
    rows: shown.flatMap(({ id }) => latest.get(id) ?? []),
    waiting: fresh.filter(({ id }) => !known.has(id)).length,
  };
}
