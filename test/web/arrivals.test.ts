import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Listed,
  mayInsert,
  merged,
  newcomers,
  type Page,
  patched,
  REST_MS,
} from '../../web/app/features/studies/arrivals.ts';

interface Row extends Listed {
  readonly images: number;
}

const row = (id: number, images = 1): Row => ({ id, images });
const page = (ids: readonly number[], after: string | null = null): Page<Row> => ({
  rows: ids.map((id) => row(id)),
  after,
});
const idsOf = (pages: readonly Page<Row>[]) => pages.flatMap(({ rows }) => rows.map(({ id }) => id));

describe('what arrives', () => {
  it('is told apart from what is shown already, on whatever page', () => {
    expect(newcomers([page([5, 4], 'a'), page([3, 2])], [row(7), row(6), row(5), row(3)])).toEqual([row(7), row(6)]);
  });

  it('brings what is shown up to date without moving it', () => {
    const pages = patched([page([5, 4], 'a'), page([3])], [row(9), row(3, 8), row(5, 2)]);
    expect(pages).toEqual([
      { rows: [row(5, 2), row(4)], after: 'a' },
      { rows: [row(3, 8)], after: null },
    ]);
  });

  it('goes to its place in the order of the server when the list may move', () => {
    const fresh = { rows: [row(7), row(6), row(5, 3)], after: 'x' };
    expect(merged([page([5, 4], 'a'), page([3, 2])], fresh)).toEqual([
      { rows: [row(7), row(6), row(5, 3), row(4)], after: 'a' },
      page([3, 2]),
    ]);
  });

  it('replaces the list when more came than one page holds: rows between would be missing', () => {
    expect(merged([page([3, 2, 1])], page([9, 8, 7], 'more'))).toEqual([page([9, 8, 7], 'more')]);
    expect(idsOf(merged([page([3, 2, 1])], page([9, 8, 7])))).toEqual([9, 8, 7, 3, 2, 1]);
  });

  it('never shows a row twice and never loses one', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 30 });
    fc.assert(
      fc.property(ids, ids, fc.integer({ min: 0, max: 30 }), (shown, fresh, cut) => {
        const pages = [page(shown.slice(0, cut), 'a'), page(shown.slice(cut))];
        const after = idsOf(merged(pages, page(fresh)));
        expect(new Set(after).size).toBe(after.length);
        expect(new Set(after)).toEqual(new Set([...shown, ...fresh]));
      }),
    );
  });
});

describe('the list', () => {
  it.each([
    ['at its top with no pointer over it', { atTop: true, pointing: false, restedFor: 0 }, true],
    ['at its top under a hand that rests', { atTop: true, pointing: true, restedFor: REST_MS }, true],
    ['at its top under a moving pointer', { atTop: true, pointing: true, restedFor: 40 }, false],
    ['while it is scrolled', { atTop: false, pointing: false, restedFor: 60_000 }, false],
  ])('may or may not move %s', (_, attention, may) => expect(mayInsert(attention)).toBe(may));
});
