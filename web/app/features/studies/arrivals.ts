/**
 * New studies and a list that somebody points at: what is on screen is patched in place, what is new either goes in at
 * once or waits behind a button. Pure, so that tests can play any order of events.
 */

/** What the list needs to know of a row. */
export interface Listed {
  readonly id: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly after: string | null;
}

/** The rows of a fresh first page that the list does not show yet, newest first. */
export function newcomers<Row extends Listed>(pages: readonly Page<Row>[], fresh: readonly Row[]): Row[] {
  const shown = new Set(pages.flatMap((page) => page.rows.map((row) => row.id)));
  return fresh.filter((row) => !shown.has(row.id));
}

/** Rows already shown take their new content and keep their place. */
export function patched<Row extends Listed>(pages: readonly Page<Row>[], fresh: readonly Row[]): Page<Row>[] {
  const byId = new Map(fresh.map((row) => [row.id, row]));
  return pages.map((page) => ({ ...page, rows: page.rows.map((row) => byId.get(row.id) ?? row) }));
}

/**
 * Everything in the server's order: the fresh first page, then what the list had beyond it. No row twice. When more came
 * than fits into one page, the list starts anew with it, because rows between the two would be missing.
 */
export function merged<Row extends Listed>(pages: readonly Page<Row>[], fresh: Page<Row>): Page<Row>[] {
  const [first, ...rest] = pages;
  const known = fresh.rows.length - newcomers(pages, fresh.rows).length;
  if (first === undefined || (known === 0 && fresh.after !== null)) return [fresh];
  const seen = new Set(fresh.rows.map((row) => row.id));
  const keep = (row: Row) => !seen.has(row.id);
  return [
    { ...first, rows: [...fresh.rows, ...first.rows.filter(keep)] },
    ...rest.map((page) => ({ ...page, rows: page.rows.filter(keep) })),
  ];
}

/** Where the reader's attention is when something arrives. */
export interface Attention {
  /** The list is scrolled to its top. */
  readonly atTop: boolean;
  /** The pointer is over a row. */
  readonly pointing: boolean;
  /** Milliseconds since the pointer last moved. */
  readonly restedFor: number;
}

/** A hand that lay still this long is not on its way to a click; then the list may move (a click guard follows). */
export const REST_MS = 1000;

/** May rows move now? Never while scrolled, and not while a pointer is being aimed at a row. */
export function mayInsert(attention: Attention): boolean {
  return attention.atTop && (!attention.pointing || attention.restedFor >= REST_MS);
}
