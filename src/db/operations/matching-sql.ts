/** One matching key of a query as an SQL condition. */
import { foldName, hasWildcard, toGlob } from '../../dicom/matching.ts';
import { type QueryKey, type QueryLevel, queryKey } from '../../dicom/query-keys.ts';
import { REQUEST_KEYS } from '../../dicom/request-attributes.ts';
import { dateCondition, spanCondition, spansAmong, timeCondition } from './date-time-conditions.ts';
import { fuzzyCondition } from './fuzzy-names.ts';
import { STUDIES_OF_PATIENT } from './patient-level.ts';
import { requestCondition } from './request-matching.ts';

export interface MatchingKey {
  tag: number;
  values: readonly string[];
  /** A name is matched by its words (PS3.4 C.2.2.2.1.1); other keys do not change by it. */
  fuzzy?: boolean;
  /** The sequence whose items hold the attribute; only Request Attributes Sequence is searched in. */
  within?: number;
}

export interface Condition {
  sql: string;
  values: unknown[];
}

const ALIAS = { PATIENT: 'st', STUDY: 'st', SERIES: 'se', IMAGE: 'i' } as const;
const DEPTH = { PATIENT: 0, STUDY: 1, SERIES: 2, IMAGE: 3 } as const;
const PATIENT_NAME = 0x00100010;

type Wrap = (condition: string) => string;

/** Wraps a condition on a level below the asked one: "has a series (an image) for which …". */
const EXISTS: Record<string, Wrap> = {
  'PATIENT<STUDY': (condition) => `EXISTS (SELECT 1 FROM ${STUDIES_OF_PATIENT} AND ${condition})`,
  'PATIENT<SERIES': (condition) =>
    `EXISTS (SELECT 1 FROM ${STUDIES_OF_PATIENT} AND ${(EXISTS['STUDY<SERIES'] as Wrap)(condition)})`,
  'PATIENT<IMAGE': (condition) =>
    `EXISTS (SELECT 1 FROM ${STUDIES_OF_PATIENT} AND ${(EXISTS['STUDY<IMAGE'] as Wrap)(condition)})`,
  'STUDY<SERIES': (condition) =>
    `EXISTS (SELECT 1 FROM series se WHERE se.study = st.id AND se.number_of_series_related_instances > 0 AND ${condition})`,
  'STUDY<IMAGE': (condition) =>
    `EXISTS (SELECT 1 FROM series se JOIN instances i ON i.series = se.id WHERE se.study = st.id AND i.role = 0 AND ${condition})`,
  'SERIES<IMAGE': (condition) =>
    `EXISTS (SELECT 1 FROM instances i WHERE i.series = se.id AND i.role = 0 AND ${condition})`,
};

/**
 * The conditions of all keys that carry a value; keys that this archive does not match on are ignored, as PS3.4
 * C.2.2.1.3 asks for optional keys that are not supported.
 * @throws ArchiveError QUERY_INVALID for a value that its VR does not allow.
 */
export function conditionsOf(
  level: QueryLevel,
  keys: readonly MatchingKey[],
  combinesDateTime = false,
): { conditions: string[]; values: unknown[] } {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (key: QueryKey, { sql, values: bound }: Condition) => {
    const below = DEPTH[key.level] > DEPTH[level];
    conditions.push(below ? (EXISTS[`${level}<${key.level}`] as Wrap)(sql) : sql);
    values.push(...bound);
  };
  const spans = combinesDateTime ? spansAmong(keys) : [];
  for (const span of spans) {
    const [date, time] = [queryKey(span.date.tag) as QueryKey, queryKey(span.time.tag) as QueryKey];
    const alias = aliasOf(level, date);
    add(date, spanCondition(`${alias}.${date.column}`, `${alias}.${time.column}`, span));
  }
  const requests = requestCondition(keys.filter(({ within }) => within !== undefined));
  if (requests !== undefined) add(REQUEST_KEYS[0] as QueryKey, requests);
  const spanned = new Set(spans.flatMap(({ date, time }) => [date, time]));
  for (const asked of keys) {
    const { tag, values: wanted, fuzzy, within } = asked;
    const key = queryKey(tag);
    const given = wanted.filter((value) => value !== '');
    if (!key || within !== undefined || key.matching === 'none' || given.length === 0 || spanned.has(asked)) continue;
    const alias = aliasOf(level, key);
    const condition = (fuzzy ? fuzzyOf(key, given, alias) : undefined) ?? conditionOf(key, given, alias);
    if (condition) add(key, condition);
  }
  return { conditions, values };
}

function aliasOf(level: QueryLevel, key: QueryKey): string {
  return level === 'PATIENT' && key.level === 'PATIENT' ? 'pa' : ALIAS[key.level];
}

function fuzzyOf(key: QueryKey, given: readonly string[], alias: string): Condition | undefined {
  if (key.matching !== 'name') return undefined;
  const names = key.tag === PATIENT_NAME ? NAME_COLUMNS : [key.column];
  const columns = names.map((column) => `${alias}.${column}`);
  return anyOf(given.map((value) => fuzzyCondition(columns, value)));
}

function conditionOf(key: QueryKey, given: readonly string[], alias: string): Condition | undefined {
  if (key.keyword === 'ModalitiesInStudy' || key.keyword === 'SOPClassesInStudy') return listed(key, given);
  if (key.column === null) return undefined;
  const column = `${alias}.${key.column}`;
  if (key.tag === PATIENT_NAME) return anyOf(given.map((value) => nameCondition(alias, value)));
  if (key.matching === 'name') return anyOf(given.map((value) => otherNameCondition(column, value)));
  if (key.matching === 'date') return anyOf(given.map((value) => dateCondition(column, value)));
  if (key.matching === 'time') return anyOf(given.map((value) => timeCondition(column, value)));
  if (key.matching === 'uid' && given.includes('*')) return undefined;
  if (key.matching === 'uid') {
    return { sql: `${column} IN (${given.map(() => '?').join(', ')})`, values: [...given] };
  }
  return anyOf(given.map((value) => textCondition(column, key, value)));
}

export function anyOf(conditions: (Condition | undefined)[]): Condition | undefined {
  const present = conditions.filter((condition) => condition !== undefined);
  // One universal value among several makes the whole key universal.
  if (present.length < conditions.length || present.length === 0) return undefined;
  return { sql: `(${present.map(({ sql }) => sql).join(' OR ')})`, values: present.flatMap(({ values }) => values) };
}

function textCondition(column: string, key: QueryKey, value: string): Condition | undefined {
  if (value === '*') return undefined;
  if (key.matching === 'wildcard' && hasWildcard(value)) return { sql: `${column} GLOB ?`, values: [toGlob(value)] };
  return { sql: `${column} = ?`, values: [value] };
}

/** PatientName: any of the three groups, case-insensitively (PS3.4 C.2.2.2.1.1 leaves case to us). */
function nameCondition(alias: string, value: string): Condition | undefined {
  if (/^[*=^]*$/.test(value)) return undefined;
  const groups = value.split('=').filter((group) => !/^[*^]*$/.test(group));
  const perGroup = groups.map((group) => groupCondition(alias, foldName(group)));
  return { sql: `(${perGroup.map(({ sql }) => sql).join(' AND ')})`, values: perGroup.flatMap(({ values }) => values) };
}

const NAME_COLUMNS = ['name_alphabetic', 'name_ideographic', 'name_phonetic'];

function groupCondition(alias: string, pattern: string): Condition {
  const trimmed = pattern.replace(/\^+$/, '');
  const operator = hasWildcard(trimmed) ? 'GLOB' : '=';
  const operand = hasWildcard(trimmed) ? toGlob(trimmed) : trimmed;
  // A pattern is narrowed down by the index of texts; by the plus its many matches are not gathered and sorted first.
  const plus = hasWildcard(trimmed) ? '+' : '';
  return {
    sql: `(${NAME_COLUMNS.map((column) => `${plus}${alias}.${column} ${operator} ?`).join(' OR ')})`,
    values: NAME_COLUMNS.map(() => operand),
  };
}

/** Names of physicians have no folded columns: case is ignored for Latin letters only. */
function otherNameCondition(column: string, value: string): Condition | undefined {
  if (/^[*=^]*$/.test(value)) return undefined;
  return { sql: `lower(${column}) GLOB ?`, values: [toGlob(value.toLowerCase())] };
}

/** ModalitiesInStudy and SOPClassesInStudy: some member of the list matches. */
function listed(key: QueryKey, given: readonly string[]): Condition | undefined {
  return memberOf(key.keyword === 'ModalitiesInStudy' ? 'st.modalities_in_study' : 'st.sop_classes_in_study', given);
}

function memberOf(column: string, given: readonly string[]): Condition | undefined {
  if (given.includes('*')) return undefined;
  return {
    sql: `(${given.map(() => `'\\' || ${column} || '\\' GLOB ?`).join(' OR ')})`,
    values: given.map((value) => `*\\${toGlob(value)}\\*`),
  };
}
