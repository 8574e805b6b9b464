import { expect, test, vi } from 'vitest';
import { isMissed, lastDue, startSchedule } from '../../backup/schedule.ts';

const at = (iso: string) => new Date(iso);

test('the last night is told in the time zone of the clinic', () => {
  // 02:00 in Seoul is 17:00 UTC of the day before.
  expect(lastDue('02:00', 'Asia/Seoul', at('2026-11-24T01:00:00Z'))).toEqual(at('2026-11-23T17:00:00Z'));
  expect(lastDue('02:00', 'Asia/Seoul', at('2026-11-23T17:00:00Z'))).toEqual(at('2026-11-23T17:00:00Z'));
  expect(lastDue('02:00', 'Asia/Seoul', at('2026-11-23T16:59:59Z'))).toEqual(at('2026-11-22T17:00:00Z'));
  expect(lastDue('23:30', 'UTC', at('2026-03-01T00:00:00Z'))).toEqual(at('2026-02-28T23:30:00Z'));
});

test('daylight saving time is followed where there is any', () => {
  expect(lastDue('03:00', 'Europe/Berlin', at('2026-07-01T12:00:00Z'))).toEqual(at('2026-07-01T01:00:00Z'));
  expect(lastDue('03:00', 'Europe/Berlin', at('2026-12-01T12:00:00Z'))).toEqual(at('2026-12-01T02:00:00Z'));
  const changed = lastDue('02:30', 'Europe/Berlin', at('2026-03-29T12:00:00Z'));
  expect(changed.getTime()).toBeGreaterThan(at('2026-03-29T00:00:00Z').getTime());
  expect(changed.getTime()).toBeLessThan(at('2026-03-29T02:00:00Z').getTime());
});

test('a night is missed when nothing was safe since', () => {
  const now = at('2026-11-24T01:00:00Z');
  expect(isMissed(undefined, '02:00', 'Asia/Seoul', now)).toBe(true);
  expect(isMissed(at('2026-11-23T16:59:00Z'), '02:00', 'Asia/Seoul', now)).toBe(true);
  expect(isMissed(at('2026-11-23T17:00:01Z'), '02:00', 'Asia/Seoul', now)).toBe(false);
});

test('a missed night is made up soon after the start, and only then', async () => {
  const reasons: string[] = [];
  const common = { at: '02:00', timeZone: 'Asia/Seoul', makeUpAfterMs: 1 };
  const run = async (reason: string) => void reasons.push(reason);
  const done = startSchedule({ ...common, lastSuccess: async () => new Date(), run });
  const missed = startSchedule({ ...common, lastSuccess: async () => undefined, run });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(reasons).toEqual(['missed']);
  await Promise.all([done.stop(), missed.stop()]);
});

test('a missed night that somebody made up by hand meanwhile is not made up again', async () => {
  const reasons: string[] = [];
  let safe: Date | undefined;
  const schedule = startSchedule({
    at: '02:00',
    timeZone: 'Asia/Seoul',
    makeUpAfterMs: 1,
    lastSuccess: async () => safe,
    run: async (reason) => void reasons.push(reason),
  });
  safe = new Date();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(reasons).toEqual([]);
  await schedule.stop();
});

test('the next night is known', async () => {
  const schedule = startSchedule({
    at: '02:05',
    timeZone: 'Asia/Seoul',
    lastSuccess: async () => new Date(),
    run: async () => undefined,
  });
  const next = schedule.next();
  expect(next?.toISOString()).toMatch(/T17:05:00/);
  expect(Number(next)).toBeGreaterThan(Date.now());
  await schedule.stop();
});

test('every night the clock strikes once, and a run that takes longer than a day is not run into', async () => {
  vi.useFakeTimers({ now: at('2026-11-23T16:59:00Z') });
  try {
    const started: string[] = [];
    let finish: () => void = () => undefined;
    const schedule = startSchedule({
      at: '02:00',
      timeZone: 'Asia/Seoul',
      lastSuccess: async () => new Date(),
      run: (reason) => {
        started.push(`${reason} ${new Date().toISOString().slice(0, 16)}`);
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(started).toEqual(['night 2026-11-23T17:00']);
    await vi.advanceTimersByTimeAsync(24 * 3600_000);
    expect(started).toHaveLength(1);
    finish();
    await vi.advanceTimersByTimeAsync(24 * 3600_000);
    expect(started).toEqual(['night 2026-11-23T17:00', 'night 2026-11-25T17:00']);
    finish();
    await schedule.stop();
    await vi.advanceTimersByTimeAsync(48 * 3600_000);
    expect(started).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});
