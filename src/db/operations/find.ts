/**
 * Matching of PS3.4 C.2.2.2 as SQL: matching keys in, DICOM JSON out. C-FIND and QIDO-RS share it through the archive.
 * The JSON text is made here, in the reader thread, so that the main thread only passes it on.
 */
import { hasWildcard } from '../../dicom/matching.ts';
import type { QueryLevel } from '../../dicom/query-keys.ts';
import type { Connections } from '../connection.ts';
import { matchJson, selectedColumns } from './match-json.ts';
import { conditionsOf, type MatchingKey } from './matching-sql.ts';
import { IS_PATIENT } from './patient-level.ts';
import { candidates, textsOf } from './text-search.ts';

export interface Find {
  level: QueryLevel;
  /** Keys of this level or any other; values decoded, lists of UIDs as several values. */
  keys: readonly MatchingKey[];
  /** A date and a time of the same form of range are one span (PS3.4 section C.2.2.2.5). */
  combinesDateTime?: boolean;
  /** Tags to return; all keys of the level and above when absent. */
  returnTags?: readonly number[];
  limit: number;
  offset?: number;
  /** Row id of the last match of the page before. */
  after?: number;
  /** Rows that came later are left out: what `newest` said when the first page was asked for. */
  upTo?: number;
}

/** A query and what the index of texts says about it. */
interface NarrowedFind extends Find {
  /** No other studies can match. */
  studies?: readonly number[];
}

export interface FindResult {
  /** A JSON array of DICOM JSON objects (PS3.18 Annex F). */
  json: string;
  count: number;
  /** Give this as `after` for the next page; absent when this was the last. */
  after?: number;
  /** The newest row of the level, matching or not. */
  newest: number;
}

const SOURCE: Record<QueryLevel, string> = {
  PATIENT: 'studies pa',
  STUDY: 'studies st',
  SERIES: 'series se JOIN studies st ON st.id = se.study',
  IMAGE: 'instances i JOIN series se ON se.id = i.series JOIN studies st ON st.id = se.study',
};
const ROW_ID: Record<QueryLevel, string> = { PATIENT: 'pa.id', STUDY: 'st.id', SERIES: 'se.id', IMAGE: 'i.id' };
const STUDY_ID: Record<QueryLevel, string> = { PATIENT: 'pa.id', STUDY: 'st.id', SERIES: 'st.id', IMAGE: 'st.id' };
const SHOWN: Record<QueryLevel, string> = {
  PATIENT: IS_PATIENT,
  STUDY: 'st.number_of_study_related_instances > 0',
  SERIES: 'se.number_of_series_related_instances > 0',
  IMAGE: 'i.role = 0',
};
const NEWEST: Record<QueryLevel, string> = {
  PATIENT: 'SELECT max(id) AS id FROM studies',
  STUDY: 'SELECT max(id) AS id FROM studies',
  SERIES: 'SELECT max(id) AS id FROM series',
  IMAGE: 'SELECT max(id) AS id FROM instances',
};
/** Study Date, Accession Number, Patient Name, Patient ID. */
const CHOOSES = new Set([0x00080020, 0x00080050, 0x00100010, 0x00100020]);
/** Asked for every row of every table that is gone through, whichever the planner takes first (see Connection.until). */
const IN_TIME: Record<QueryLevel, string> = {
  PATIENT: 'in_time(pa.id)',
  STUDY: 'in_time(st.id)',
  SERIES: 'in_time(se.id) AND in_time(st.id)',
  IMAGE: 'in_time(i.id) AND in_time(se.id) AND in_time(st.id)',
};
/** Patients and studies newest first, series and images in order of arrival; by row id, so that paging never overlaps. */
const ORDER: Record<QueryLevel, 'DESC' | 'ASC'> = { PATIENT: 'DESC', STUDY: 'DESC', SERIES: 'ASC', IMAGE: 'ASC' };

export function find({ index }: Connections, input: Find): FindResult {
  const newest = index.get<{ id: number | null }>(NEWEST[input.level])?.id ?? 0;
  const studies = candidates(index, textsOf(input.level, input.keys), input.limit + (input.offset ?? 0));
  const { sql, values } = findSql({ ...input, upTo: input.upTo ?? newest, ...(studies && { studies }) });
  const rows = index.all(sql, ...values);
  const page = rows.slice(0, input.limit);
  const json = `[${page.map((row) => matchJson(row, input.level, input.returnTags)).join(',')}]`;
  const last = page.at(-1)?.row_id;
  const more = rows.length > input.limit && last !== undefined;
  return { json, count: page.length, newest, ...(more ? { after: last as number } : {}) };
}

/** The statement of a query; one row more than the limit is asked for, to know whether there are more. */
export function findSql(input: NarrowedFind): { sql: string; values: unknown[] } {
  const { conditions, values } = conditionsOf(input.level, input.keys, input.combinesDateTime);
  const id = ROW_ID[input.level];
  if (input.studies !== undefined) {
    conditions.push(`${STUDY_ID[input.level]} IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(input.studies));
  }
  if (input.after !== undefined) {
    conditions.push(`${id} ${ORDER[input.level] === 'DESC' ? '<' : '>'} ?`);
    values.push(input.after);
  }
  if (input.upTo !== undefined) {
    // The plus keeps the planner from walking the rows by id when an index on the key is better.
    conditions.push(`+${id} <= ?`);
    values.push(input.upTo);
  }
  const sql = `SELECT ${id} AS row_id, ${selectedColumns(input.level, input.returnTags)} FROM ${SOURCE[input.level]}
    WHERE ${[IN_TIME[input.level], SHOWN[input.level], ...conditions].join(' AND ')}
    ORDER BY ${isOfFewStudies(input) ? '+' : ''}${id} ${ORDER[input.level]} LIMIT ? OFFSET ?`;
  return { sql, values: [...values, input.limit + 1, input.offset ?? 0] };
}

/** Series and images of chosen studies are found through these studies, not by going through all series and images. */
function isOfFewStudies({ level, keys, studies }: NarrowedFind): boolean {
  if (level !== 'SERIES' && level !== 'IMAGE') return false;
  const chooses = ({ tag, values }: MatchingKey) =>
    CHOOSES.has(tag) && values.some((value) => value !== '') && !values.some(hasWildcard);
  return studies !== undefined || keys.some(chooses);
}
