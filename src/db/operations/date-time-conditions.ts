/** Dates and times as SQL conditions: apart, and as one span (PS3.4 section C.2.2.2.5). */
import { parseDateRange, parseTimeRange, type Range } from '../../dicom/matching.ts';
import { DATE_TIME_PAIRS } from '../../dicom/query-keys.ts';
import { ArchiveError } from '../../errors.ts';
import type { Condition, MatchingKey } from './matching-sql.ts';

export function dateCondition(column: string, value: string): Condition | undefined {
  if (value === '*') return undefined;
  const range = parseDateRange(value);
  if (!range) throw new ArchiveError('QUERY_INVALID', `not a date or range of dates: ${value.slice(0, 40)}`);
  return between(column, range.from, range.to);
}

export function timeCondition(column: string, value: string): Condition | undefined {
  if (value === '*') return undefined;
  const range = parseTimeRange(value);
  if (!range) throw new ArchiveError('QUERY_INVALID', `not a time or range of times: ${value.slice(0, 40)}`);
  const { from, to } = timeBounds(range);
  return between(paddedTime(column), from, to);
}

/** A stored time may stop at hours or minutes; padded to seconds, the order of text is the order of time. */
function paddedTime(column: string): string {
  return `${column} || substr('000000', length(${column}) + 1)`;
}

/** Bounds that compare with padded times as text. */
function timeBounds({ from, to }: Range): Range {
  return {
    ...(from !== undefined && { from: from.replace(/\.0+$|(\.\d*?)0+$/, '$1') }),
    ...(to !== undefined && { to: `${to}~` }),
  };
}

function between(column: string, from: string | undefined, to: string | undefined): Condition | undefined {
  if (from !== undefined && to !== undefined) return { sql: `${column} BETWEEN ? AND ?`, values: [from, to] };
  if (from !== undefined) return { sql: `${column} >= ?`, values: [from] };
  if (to !== undefined) return { sql: `${column} <= ?`, values: [to] };
  return undefined;
}

interface Span {
  readonly date: MatchingKey;
  readonly time: MatchingKey;
  readonly days: Range;
  readonly times: Range;
}

/** The pairs among the keys that make a span: both are ranges, open at the same end or at none. */
export function spansAmong(keys: readonly MatchingKey[]): Span[] {
  return DATE_TIME_PAIRS.flatMap(([dateTag, timeTag]) => {
    const date = keys.find(({ tag, within }) => tag === dateTag && within === undefined);
    const time = keys.find(({ tag, within }) => tag === timeTag && within === undefined);
    const [days, times] = [rangeOf(date, parseDateRange), rangeOf(time, parseTimeRange)];
    if (date === undefined || time === undefined || days === undefined || times === undefined) return [];
    return haveSameForm(days, times) ? [{ date, time, days, times }] : [];
  });
}

/** Both are closed, or open at the same end. */
export function haveSameForm(days: Range, times: Range): boolean {
  return (
    (days.from === undefined) === (times.from === undefined) && (days.to === undefined) === (times.to === undefined)
  );
}

function rangeOf(key: MatchingKey | undefined, parse: (text: string) => Range | undefined): Range | undefined {
  const [value = '', ...more] = key?.values.filter((one) => one !== '') ?? [];
  return value.includes('-') && more.length === 0 ? parse(value) : undefined;
}

/** What has a date without a time is there all day. */
export function spanCondition(dateColumn: string, timeColumn: string, { days, times }: Span): Condition {
  const { from, to } = timeBounds(times);
  const begins = edge(dateColumn, timeColumn, days.from, from, '>=');
  const ends = edge(dateColumn, timeColumn, days.to, to, '<=');
  const edges = [begins, ends].filter((one) => one !== undefined);
  return { sql: `(${edges.map(({ sql }) => sql).join(' AND ')})`, values: edges.flatMap(({ values }) => values) };
}

function edge(
  dateColumn: string,
  timeColumn: string,
  day: string | undefined,
  time: string | undefined,
  operator: '>=' | '<=',
): Condition | undefined {
  if (day === undefined || time === undefined) return undefined;
  const within = `(${dateColumn} <> ? OR coalesce(${timeColumn}, '') = '' OR ${paddedTime(timeColumn)} ${operator} ?)`;
  return { sql: `${dateColumn} ${operator} ? AND ${within}`, values: [day, day, time] };
}
