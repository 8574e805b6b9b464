/** How fast a long work goes, and how long it will take. */

interface Seen {
  readonly at: number;
  readonly done: number;
}

/** Over this time the rate is averaged, so that it neither jumps nor lags. */
const WINDOW_MS = 10_000;

/** What was seen, with the newest; what lies behind the window goes, and all of it when a new work has begun. */
export function withSeen(seen: readonly Seen[], newest: Seen): readonly Seen[] {
  const last = seen.at(-1);
  if (last !== undefined && newest.done < last.done) return [newest];
  return [...seen.filter(({ at }) => newest.at - at <= WINDOW_MS), newest];
}

/** Per second; undefined while nobody can tell. */
export function rateOf(seen: readonly Seen[]): number | undefined {
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < 1000 || last.done <= first.done)
    return undefined;
  return ((last.done - first.done) * 1000) / (last.at - first.at);
}

/** In whole minutes, at least one. */
export function minutesLeft(left: number, perSecond: number): number {
  return Math.max(1, Math.ceil(left / perSecond / 60));
}
