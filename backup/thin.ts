/**
 * Which copies of the databases are taken away again: each night brings one, and only the newest is needed. All of the
 * last 14 days stay, and of older weeks the first. Volumes, manifests and records of runs are never taken away.
 */
import { byWriting, parseName } from './names.ts';
import { COPIES } from './snapshot.ts';
import type { Target } from './target.ts';

const DAYS_KEPT = 14;
const DAY_MS = 86_400_000;
const THINNED = [COPIES.index, COPIES.records];

/** Paths of copies that are to go, of those that lie below `db/`. */
export function copiesToThin(paths: readonly string[]): string[] {
  return THINNED.flatMap((kind) => tooMany(paths.filter((path) => path.endsWith(`.${kind}`))));
}

/** The hash goes first: a copy without it does not count, a hash without its copy would be told as damage. */
export async function takeAway(target: Target, copies: readonly string[]): Promise<void> {
  const there = new Set(await target.list('db'));
  for (const copy of copies) {
    for (const path of [`${copy}.sha256`, copy]) if (there.has(path)) await target.remove(path);
  }
}

/** By order of writing: the day in a name is for people, and only tells how old a copy is. */
function tooMany(copies: readonly string[]): string[] {
  const inOrder = copies.toSorted(byWriting);
  const newest = dayOf(inOrder.at(-1) ?? '');
  const weeks = new Set<number>();
  return inOrder.filter((path) => {
    const day = dayOf(path);
    if (day > newest - DAYS_KEPT) return false;
    const week = Math.floor(day / 7);
    if (weeks.has(week)) return true;
    weeks.add(week);
    return false;
  });
}

/** Counts days. */
function dayOf(path: string): number {
  const { stamp = '' } = parseName(path) ?? {};
  return Math.floor(Date.UTC(+stamp.slice(0, 4), +stamp.slice(4, 6) - 1, +stamp.slice(6, 8)) / DAY_MS);
}
