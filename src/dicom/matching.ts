/** Matching of query keys: wildcards, ranges, names (PS3.4 section C.2.2.2). */

/** Does the value hold a wildcard (PS3.4 section C.2.2.2.4)? */
export function hasWildcard(s: string): boolean {
  return s.includes('*') || s.includes('?');
}

/**
 * DICOM wildcard pattern as an SQLite GLOB pattern: `*` and `?` mean the same, and the brackets that GLOB would read as
 * a set are made literal.
 */
export function toGlob(pattern: string): string {
  return pattern.replace(/[[\]]/g, (bracket) => `[${bracket}]`);
}

/** Both bounds are inclusive; an absent one is open. */
export interface Range {
  from?: string;
  to?: string;
}

/**
 * Date or range of dates (PS3.4 section C.2.2.2.5): `20240131`, `20240101-20240131`, `-20240131`, `20240101-`. The old
 * form with dots is accepted. A single date is a range from itself to itself. Bounds are `YYYYMMDD`.
 * @returns undefined when malformed
 */
export function parseDateRange(s: string): Range | undefined {
  return parseRange(s, parseDate, parseDate);
}

/**
 * Time or range of times: `1030`, `10:30:00`, `080000-120000.5`, `-12`. Bounds are `HHMMSS.FFFFFF`; components left out
 * stand for all of their values (PS3.5 section 6.2, VR TM), so `10` is from 100000.000000 to 105959.999999.
 * @returns undefined when malformed
 */
export function parseTimeRange(s: string): Range | undefined {
  return parseRange(
    s,
    (text) => parseTime(text, '000000.000000'),
    (text) => parseTime(text, '235959.999999'),
  );
}

type Parse = (text: string) => string | undefined;

function parseRange(s: string, parseFrom: Parse, parseTo: Parse): Range | undefined {
  const parts = s
    .trim()
    .split('-')
    .map((part) => part.trim());
  const [first = '', second = first] = parts;
  if (parts.length > 2 || (first === '' && second === '')) return undefined;
  const range: Range = {};
  if (first !== '') {
    const from = parseFrom(first);
    if (from === undefined) return undefined;
    range.from = from;
  }
  if (second !== '') {
    const to = parseTo(second);
    if (to === undefined) return undefined;
    range.to = to;
  }
  return range;
}

function parseDate(text: string): string | undefined {
  const match = /^(\d{4})(\.?)(\d{2})\2(\d{2})$/.exec(text);
  if (!match) return undefined;
  const [, year = '', , month = '', day = ''] = match;
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) ? year + month + day : undefined;
}

/** `rest` fills up what is left out. A leap second (60) is a second like others. */
function parseTime(text: string, rest: string): string | undefined {
  const match = /^([01]\d|2[0-3])(?:(:?)([0-5]\d)(?:\2([0-5]\d|60)(?:\.(\d{1,6}))?)?)?$/.exec(text);
  if (!match) return undefined;
  const [, hours = '', , minutes = '', seconds = '', fraction = ''] = match;
  const whole = hours + minutes + seconds;
  if (seconds === '') return whole + rest.slice(whole.length);
  return `${whole}.${fraction === '' ? rest.slice(7) : fraction + rest.slice(7 + fraction.length)}`;
}

/** Form in which names are compared: composed (NFC) and in lower case, so that case and typing method do not matter. */
export function foldName(s: string): string {
  return s.normalize('NFC').toLowerCase();
}
