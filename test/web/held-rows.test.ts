import { expect, test } from 'vitest';
import { heldRows } from '../../web/app/ui/held-rows.ts';

const row = (id: number, text = '') => ({ id, text });

test('newcomers wait, known rows are brought up to date in their places', () => {
  const { rows, waiting } = heldRows([row(2), row(1)], [row(3), row(1, 'new'), row(2)]);
  expect(rows).toEqual([row(2), row(1, 'new')]);
  expect(waiting).toBe(1);
});

test('a row that is gone, since somebody has dealt with it, leaves', () => {
  expect(heldRows([row(2), row(1)], [row(3), row(1)])).toEqual({ rows: [row(1)], waiting: 1 });
});
