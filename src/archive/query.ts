/** Queries of every door: matching keys in, DICOM JSON out (PS3.4 C.2.2.2, PS3.18 section 10.6). */
import type { Database } from '../db/database.ts';
import { ArchiveError } from '../errors.ts';

export interface Query {
  level: 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE';
  /** Decoded values: several for a list of UIDs, none or '' for universal matching. */
  keys: readonly { tag: number; values: readonly string[]; fuzzy?: boolean; within?: number }[];
  /** A date and a time of the same form of range are one span (PS3.4 section C.2.2.2.5). */
  combinesDateTime?: boolean;
  /** Tags to answer with; every key of the level and the levels above when absent. */
  returnTags?: readonly number[];
  /** Matches per page, 1-5000; 500 when absent. */
  limit?: number;
  offset?: number;
  /** `after` of the page before: pages never overlap, whatever arrives meanwhile. */
  after?: string;
  /** `newest` of the first page: what arrives meanwhile does not shift the pages that are asked for by offset. */
  upTo?: string;
}

export interface QueryResult {
  /** A JSON array of DICOM JSON objects. */
  json: string;
  count: number;
  /** There are more matches; the token of the next page. */
  after?: string;
  /** How far the archive had come when it was asked. */
  newest: string;
}

const MOST = 5000;

/** @throws ArchiveError QUERY_INVALID for a value its VR does not allow. */
export async function query(database: Database, asked: Query): Promise<QueryResult> {
  const after = rowOf('after', asked.after);
  const upTo = rowOf('upTo', asked.upTo);
  const result = await database.read('find', {
    level: asked.level,
    keys: asked.keys,
    combinesDateTime: asked.combinesDateTime ?? false,
    limit: Math.min(Math.max(asked.limit ?? 500, 1), MOST),
    offset: Math.max(asked.offset ?? 0, 0),
    ...(asked.returnTags && { returnTags: asked.returnTags }),
    ...(after !== undefined && { after }),
    ...(upTo !== undefined && { upTo }),
  });
  const { json, count, newest } = result;
  return { json, count, newest: String(newest), ...(result.after !== undefined && { after: String(result.after) }) };
}

function rowOf(name: string, token: string | undefined): number | undefined {
  const row = token === undefined ? undefined : Number(token);
  if (row !== undefined && !Number.isSafeInteger(row)) throw new ArchiveError('QUERY_INVALID', name);
  return row;
}
