/** Queries of every door: matching keys in, DICOM JSON out (PS3.4 C.2.2.2, PS3.18 section 10.6). */
import type { Database } from '../db/database.ts';
import { ArchiveError } from '../errors.ts';

export interface Query {
  level: 'STUDY' | 'SERIES' | 'IMAGE';
  /** Decoded values: several for a list of UIDs, none or '' for universal matching. */
  keys: readonly { tag: number; values: readonly string[] }[];
  /** Tags to answer with; every key of the level and the levels above when absent. */
  returnTags?: readonly number[];
  /** Matches per page, 1-5000; 500 when absent. */
  limit?: number;
  offset?: number;
  /** `after` of the page before: pages never overlap, whatever arrives meanwhile. */
  after?: string;
}

export interface QueryResult {
  /** A JSON array of DICOM JSON objects. */
  json: string;
  count: number;
  /** There are more matches; the token of the next page. */
  after?: string;
}

const MOST = 5000;

/** @throws ArchiveError QUERY_INVALID for a value its VR does not allow. */
export async function query(database: Database, asked: Query): Promise<QueryResult> {
  const after = asked.after === undefined ? undefined : Number(asked.after);
  if (after !== undefined && !Number.isSafeInteger(after)) throw new ArchiveError('QUERY_INVALID', 'after');
  const result = await database.read('find', {
    level: asked.level,
    keys: asked.keys,
    limit: Math.min(Math.max(asked.limit ?? 500, 1), MOST),
    offset: Math.max(asked.offset ?? 0, 0),
    ...(asked.returnTags && { returnTags: asked.returnTags }),
    ...(after !== undefined && { after }),
  });
  const { json, count } = result;
  return { json, count, ...(result.after !== undefined && { after: String(result.after) }) };
}
