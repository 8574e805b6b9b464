/** Encapsulated Pixel Data: where its fragments lie (PS3.5 section A.4). */
import type { Fragment } from './data-set.ts';
import { ITEM, SEQUENCE_END } from './element-header.ts';

export interface FoundFragments {
  /** The first is the Basic Offset Table. */
  readonly fragments: Fragment[];
  /** Behind the last fragment. */
  readonly end: number;
  /** Behind the Sequence Delimitation Item. */
  readonly next: number;
}

/**
 * Finds the fragments of a value that begins at `at`.
 * @param limit end of what holds the element
 * @param mayEnd is a missing delimiter at `limit` taken for the end, or for a cut?
 * @param onFragment called for each fragment, to count them
 * @returns undefined when something other than an item is found; the offset that `limit` falls short of when it is cut
 */
export function findFragments(
  view: DataView,
  at: number,
  limit: number,
  little: boolean,
  mayEnd: boolean,
  onFragment: () => void,
): FoundFragments | number | undefined {
  const fragments: Fragment[] = [];
  let end = at;
  for (;;) {
    if (limit - end < 8) {
      // Files that end without Sequence Delimitation Item are common, and nothing is missing.
      return mayEnd && end === limit && fragments.length > 1 ? { fragments, end, next: end } : end + 8;
    }
    const tag = view.getUint16(end, little) * 65536 + view.getUint16(end + 2, little);
    if (tag === SEQUENCE_END) return { fragments, end, next: end + 8 };
    if (tag !== ITEM) return undefined;
    const length = view.getUint32(end + 4, little);
    if (end + 8 + length > limit) return end + 8 + length;
    onFragment();
    fragments.push({ offset: end + 8, length });
    end += 8 + length;
  }
}
