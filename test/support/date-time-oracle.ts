/** Ranges of dates and times, and which dates and times lie in them, from the words of PS3.4 C.2.2.2.5 alone. */
import fc from 'fast-check';

export interface Moment {
  /** YYYYMMDD */
  readonly date: string;
  /** As a TM value; '' is none. */
  readonly time: string;
}

export interface Bounds {
  readonly from: string | null;
  readonly to: string | null;
}

const FIRST = '000000.000000';
const LAST = '235959.999999';

/** Microseconds of the day; `rest` stands for what is left out. */
function microseconds(time: string, rest: string): number {
  const full = time + rest.slice(time.length);
  const [h, m, s] = [full.slice(0, 2), full.slice(2, 4), full.slice(4, 6)].map(Number) as [number, number, number];
  return ((h * 60 + m) * 60 + s) * 1e6 + Number(full.slice(7));
}

/** As one span; what has no time is there all day. */
export function matchesSpan({ date, time }: Moment, days: Bounds, times: Bounds): boolean {
  const at = microseconds(time, FIRST);
  const begins = () => {
    if (days.from === null || times.from === null) return true;
    if (date !== days.from) return date > days.from;
    return time === '' || at >= microseconds(times.from, FIRST);
  };
  const ends = () => {
    if (days.to === null || times.to === null) return true;
    if (date !== days.to) return date < days.to;
    return time === '' || at <= microseconds(times.to, LAST);
  };
  return begins() && ends();
}

/** Each by itself. @param timeless whether what has no time matches every time */
export function matchesApart({ date, time }: Moment, days: Bounds, times: Bounds, timeless = false): boolean {
  if (days.from !== null && date < days.from) return false;
  if (days.to !== null && date > days.to) return false;
  if (time === '') return timeless;
  const at = microseconds(time, FIRST);
  if (times.from !== null && at < microseconds(times.from, FIRST)) return false;
  return times.to === null || at <= microseconds(times.to, LAST);
}

/** Both are closed, or open at the same end. */
export function haveSameForm(a: Bounds, b: Bounds): boolean {
  return (a.from === null) === (b.from === null) && (a.to === null) === (b.to === null);
}

export function written({ from, to }: Bounds): string {
  return `${from ?? ''}-${to ?? ''}`;
}

export function boundsOf(values: readonly string[]): fc.Arbitrary<Bounds> {
  const bound = fc.option(fc.constantFrom(...values), { freq: 3 });
  return fc.record({ from: bound, to: bound }).filter(({ from, to }) => from !== null || to !== null);
}
