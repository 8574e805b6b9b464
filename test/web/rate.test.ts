import { expect, it } from 'vitest';
import { minutesLeft, rateOf, withSeen } from '../../web/app/features/backup/rate.ts';

it('averages over the last ten seconds, and begins anew with another work', () => {
  let seen = withSeen([], { at: 0, done: 0 });
  expect(rateOf(seen)).toBeUndefined();
  seen = withSeen(seen, { at: 2000, done: 200 });
  expect(rateOf(seen)).toBe(100);
  for (const at of [8000, 12_500]) seen = withSeen(seen, { at, done: at });
  expect(seen[0]?.at).toBe(8000);
  expect(withSeen(seen, { at: 13_000, done: 5 })).toEqual([{ at: 13_000, done: 5 }]);
});

it('never promises less than a minute', () => {
  expect(minutesLeft(100, 100)).toBe(1);
  expect(minutesLeft(60_001, 1000)).toBe(2);
});
