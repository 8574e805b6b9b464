/** Matching keys of a worklist query as SQL conditions on orders (PS3.4 section K.2.2.1, Table K.6-1). */
import { foldName, hasWildcard, parseDateRange, parseTimeRange, type Range, toGlob } from '../../dicom/matching.ts';
import { type WorklistKey, type WorklistPlace, worklistKey } from '../../dicom/worklist-keys.ts';
import { ArchiveError } from '../../errors.ts';
import { dateCondition, haveSameForm } from './date-time-conditions.ts';
import { anyOf, type Condition } from './matching-sql.ts';
import { type OrderStatus, orderColumn } from './orders.ts';

export interface OrderKey {
  place: WorklistPlace;
  tag: number;
  /** Decoded, without empty ones; of a sequence of codes value, scheme and meaning in its item, '' for any. */
  values: readonly string[];
}

/** Terms of Scheduled Procedure Step Status (0040,0020) for the orders that a worklist shows. */
export const STEP_STATUS: Partial<Record<OrderStatus, string>> = { scheduled: 'SCHEDULED', 'in-progress': 'STARTED' };

/**
 * The conditions of all keys that carry a value and are matched on.
 * @throws ArchiveError QUERY_INVALID for a value that its VR does not allow.
 */
export function orderConditions(keys: readonly OrderKey[]): Condition[] {
  const known = keys.flatMap(({ place, tag, values }) => {
    const key = worklistKey(place, tag);
    return key === undefined || values.length === 0 ? [] : [{ key, values }];
  });
  const valuesOf = (matching: WorklistKey['matching']) => known.find(({ key }) => key.matching === matching)?.values;
  const conditions = known.map(({ key, values }) => conditionOf(key, values));
  conditions.push(...startConditions(valuesOf('start-date')?.[0] ?? '*', valuesOf('start-time')?.[0] ?? '*'));
  return conditions.filter((condition) => condition !== undefined);
}

function conditionOf({ matching, field }: WorklistKey, values: readonly string[]): Condition | undefined {
  const column = orderColumn(field ?? '');
  switch (matching) {
    case 'text':
      return anyOf(values.map((value) => textCondition(column, value)));
    case 'name':
      return anyOf(values.map((value) => nameCondition(column, value)));
    case 'date':
      return anyOf(values.map((value) => dateCondition(column, value)));
    case 'uid':
      return { sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] };
    case 'station':
      return anyOf(values.map(stationCondition));
    case 'status':
      return anyOf(values.map(statusCondition));
    case 'codes':
      return codesCondition(column, values);
    default:
      return undefined;
  }
}

function textCondition(column: string, value: string): Condition | undefined {
  if (/^\*+$/.test(value)) return undefined;
  // An index of all orders would be walked where those still to do are few: the plus keeps SQLite from it.
  if (hasWildcard(value)) return { sql: `+${column} GLOB ?`, values: [toGlob(value)] };
  return { sql: `${column} = ?`, values: [value] };
}

/** An order without a station is for every device. */
function stationCondition(value: string): Condition | undefined {
  const condition = textCondition('station_ae_title', value);
  return condition && { sql: `(station_ae_title = '' OR ${condition.sql})`, values: condition.values };
}

function statusCondition(value: string): Condition | undefined {
  if (/^\*+$/.test(value)) return undefined;
  const statuses = Object.entries(STEP_STATUS).filter(([, term]) => term === value);
  return { sql: 'status = ?', values: [statuses[0]?.[0] ?? ''] };
}

/** One of the order's codes has every part that is given. */
function codesCondition(column: string, parts: readonly string[]): Condition | undefined {
  const conditions = ['$.value', '$.scheme', '$.meaning'].flatMap((path, at) => {
    const part = parts[at] ?? '';
    const condition = part === '' ? undefined : textCondition(`json_extract(value, '${path}')`, part);
    return condition === undefined ? [] : [condition];
  });
  if (conditions.length === 0) return undefined;
  return {
    sql: `EXISTS (SELECT 1 FROM json_each(nullif(${column}, '')) WHERE ${conditions.map(({ sql }) => sql).join(' AND ')})`,
    values: conditions.flatMap(({ values }) => values),
  };
}

/** Each given group is some group of the name, without regard to case; `^` may be left out or be a space. */
function nameCondition(column: string, value: string): Condition | undefined {
  const groups = value.split('=').filter((group) => !/^[*^\s]*$/.test(group));
  if (groups.length === 0) return undefined;
  const patterns = groups.map((group) => foldName(group).trim().replace(/\^+$/, ''));
  const found = (pattern: string) =>
    `EXISTS (SELECT 1 FROM json_each(folded_${column}) WHERE value ${hasWildcard(pattern) ? 'GLOB' : '='} ?)`;
  return {
    sql: `(${patterns.map(found).join(' AND ')})`,
    values: patterns.map((pattern) => (hasWildcard(pattern) ? toGlob(pattern) : pattern)),
  };
}

/**
 * Date and time apart, or as one span where both are ranges of the same form (PS3.4 Table K.6-1, Scheduled Procedure Step
 * Start Time; section C.2.2.2.5).
 */
function startConditions(date: string, time: string): Condition[] {
  const days = date === '*' ? {} : parseDateRange(date);
  const times = time === '*' ? {} : parseTimeRange(time);
  if (days === undefined) throw new ArchiveError('QUERY_INVALID', 'not a date or range of dates');
  if (times === undefined) throw new ArchiveError('QUERY_INVALID', 'not a time or range of times');
  const conditions = dayConditions(days);
  const asOneSpan = date.includes('-') && time.includes('-') && haveSameForm(days, times);
  return [...conditions, ...(asOneSpan ? spanConditions(days, times) : timeConditions(times))];
}

function dayConditions({ from, to }: Range): Condition[] {
  return [
    ...(from === undefined ? [] : [{ sql: 'start_date >= ?', values: [from] }]),
    ...(to === undefined ? [] : [{ sql: 'start_date <= ?', values: [to] }]),
  ];
}

/** Orders of a day without a time are there all day. */
function timeConditions({ from, to }: Range): Condition[] {
  return [
    ...(from === undefined ? [] : [{ sql: `(start_time = '' OR ${START_TIME} >= ?)`, values: [from] }]),
    ...(to === undefined ? [] : [{ sql: `(start_time = '' OR ${START_TIME} <= ?)`, values: [to] }]),
  ];
}

function spanConditions(days: Range, times: Range): Condition[] {
  const edge = (day: string, time: string, operator: '>=' | '<='): Condition => ({
    sql: `(start_date <> ? OR start_time = '' OR ${START_TIME} ${operator} ?)`,
    values: [day, time],
  });
  return [
    ...(days.from !== undefined && times.from !== undefined ? [edge(days.from, times.from, '>=')] : []),
    ...(days.to !== undefined && times.to !== undefined ? [edge(days.to, times.to, '<=')] : []),
  ];
}

const START_TIME = `start_time || '.000000'`;
