/** Reading the access log: for the page, and to prove that no row was changed. */
import type { Database } from '../db/database.ts';
import type { AccessQuery, AccessRow, ChainPosition } from '../db/operations/audit.ts';

const ROWS_PER_CHECK = 20_000;

export interface AccessPage {
  /** Newest first. */
  rows: AccessRow[];
  /** Give this as `before` for the next page; null when this was the last. */
  before: number | null;
}

export async function readAccessLog(database: Database, query: AccessQuery): Promise<AccessPage> {
  const rows = await database.read('accessRows', { ...query, limit: query.limit + 1 });
  const page = rows.slice(0, query.limit);
  return { rows: page, before: rows.length > page.length ? (page.at(-1)?.seq ?? null) : null };
}

export interface ChainReport {
  /** Rows that follow from each other, from the first one. */
  rows: number;
  /** The last of them; written down elsewhere (a backup's manifest) it proves all rows before it. */
  head: ChainPosition;
  /** The first row that was changed or is missing. */
  broken?: number;
}

/** Follows the hash chain from the first row to the last, in pieces, so that other reads go on. */
export async function verifyAccessLog(database: Database): Promise<ChainReport> {
  let after: ChainPosition | undefined;
  for (;;) {
    const checked = await database.read('checkAccessChain', { limit: ROWS_PER_CHECK, ...(after ? { after } : {}) });
    if (!checked.done) {
      after = checked.position;
      continue;
    }
    const { position, broken } = checked;
    return { rows: position.seq, head: position, ...(broken === undefined ? {} : { broken }) };
  }
}
