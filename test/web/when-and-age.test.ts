import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageOn } from '../../web/app/ui/age.ts';
import { readableBytes } from '../../web/app/ui/amount.ts';
import {
  addDays,
  addMonths,
  dayWord,
  readableDay,
  readableTime,
  startOfDay,
  wallClock,
} from '../../web/app/ui/when.ts';

const days = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10).replaceAll('-', ''));

describe('days', () => {
  it.each([
    ['20261124', '2026-11-24'],
    ['2026.11.24', '2026-11-24'],
    ['20240229', '2024-02-29'],
    ['20230229', undefined],
    ['20261301', undefined],
    ['2026', undefined],
    ['', undefined],
  ])('reads %j as %j', (written, read) => expect(readableDay(written)).toBe(read));

  it('have a word when they are today or yesterday', () => {
    expect(dayWord('20260301', '20260301')).toBe('today');
    expect(dayWord('20260228', '20260301')).toBe('yesterday');
    expect(dayWord('20260227', '20260301')).toBeUndefined();
    expect(dayWord('', '20260301')).toBeUndefined();
  });

  it('move there and back', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -4000, max: 4000 }), (day, step) => {
        expect(addDays(addDays(day, step), -step)).toBe(day);
      }),
    );
    expect(addMonths('20260331', -1)).toBe('20260228');
    expect(addMonths('20260115', -1)).toBe('20251215');
  });

  it("turn at the clinic's midnight, not at the browser's", () => {
    expect(wallClock(new Date('2026-11-23T15:00:00Z'), 'Asia/Seoul')).toEqual({ day: '20261124', time: '00:00' });
    expect(wallClock(new Date('2026-11-23T14:59:00Z'), 'Asia/Seoul')).toEqual({ day: '20261123', time: '23:59' });
    fc.assert(
      fc.property(days, fc.constantFrom('Asia/Seoul', 'UTC', 'Asia/Kolkata', 'America/Los_Angeles'), (day, zone) => {
        const clock = wallClock(startOfDay(day, zone), zone);
        // Where clocks change, a day may begin an hour off; in Korea they do not.
        if (zone !== 'America/Los_Angeles') expect(clock).toEqual({ day, time: '00:00' });
      }),
    );
  });

  it.each([
    ['140532.123', '14:05'],
    ['1405', '14:05'],
    ['09', '09:00'],
    ['14:05:00', '14:05'],
    ['2505', ''],
    ['', ''],
  ])('read the time %j as %j', (written, read) => expect(readableTime(written)).toBe(read));
});

describe('the Korean legal age', () => {
  it.each([
    ['19720315', '20261124', { unit: 'ageYears', count: 54 }],
    ['19721125', '20261124', { unit: 'ageYears', count: 53 }],
    ['19721124', '20261124', { unit: 'ageYears', count: 54 }],
    ['20251124', '20261124', { unit: 'ageYears', count: 1 }],
    ['20251125', '20261124', { unit: 'ageMonths', count: 11 }],
    ['20261024', '20261124', { unit: 'ageMonths', count: 1 }],
    ['20261025', '20261124', { unit: 'ageDays', count: 30 }],
    ['20261124', '20261124', { unit: 'ageDays', count: 0 }],
    ['20261125', '20261124', undefined],
    ['', '20261124', undefined],
    ['19000000', '20261124', undefined],
  ])('of who was born %s is on %s %j', (born, day, age) => expect(ageOn(born, day)).toEqual(age));

  it('never runs backwards', () => {
    fc.assert(
      fc.property(days, days, (a, b) => {
        const [born, day] = a < b ? [a, b] : [b, a];
        expect(ageOn(born, day)?.count).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('amounts', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [524_288, '524 kB'],
    [10_485_760, '10.5 MB'],
    [999_950_000, '1.0 GB'],
    [3.4e12, '3.4 TB'],
    [-1, '0 B'],
  ])('of %d bytes are written %s', (bytes, text) => expect(readableBytes(bytes)).toBe(text));
});
