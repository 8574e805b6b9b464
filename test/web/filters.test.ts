import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  effectivePeriod,
  PERIODS,
  parseFilter,
  printFilter,
  type StudyFilter,
  searchOf,
} from '../../web/app/features/studies/filters.ts';
import { KIND_NAMES, kindOf, modalitiesOf, orderedModalities } from '../../web/app/features/studies/kinds.ts';

const SEOUL = 'Asia/Seoul';
const TODAY = '20261124';
const EMPTY = parseFilter('');

const dayText = fc
  .date({ min: new Date('1950-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10).replaceAll('-', ''));

const filters = fc
  .record({
    period: fc.constantFrom(undefined, ...PERIODS),
    bounds: fc.tuple(fc.option(dayText, { nil: undefined }), fc.option(dayText, { nil: undefined })),
    kinds: fc.uniqueArray(fc.constantFrom(...KIND_NAMES)),
  })
  .map(({ period, bounds, kinds }): StudyFilter => {
    const [a, b] = bounds;
    const [from, to] = a !== undefined && b !== undefined && a > b ? [b, a] : [a, b];
    const range = period === 'range' ? { from, to } : { from: undefined, to: undefined };
    return { period, ...range, kinds: kinds.toSorted() };
  });

describe('the filter in the URL', () => {
  it('comes back from the URL as it was written', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseFilter(printFilter(filter))).toEqual(filter);
      }),
    );
  });

  it('is nothing on the landing page', () => {
    expect(printFilter(EMPTY)).toBe('');
    expect(effectivePeriod(EMPTY, '')).toBe('today');
  });

  it('survives any junk', () => {
    fc.assert(
      fc.property(fc.string(), (junk) => {
        const filter = parseFilter(junk);
        expect(parseFilter(printFilter(filter))).toEqual(filter);
      }),
    );
    expect(parseFilter('?date=someday&from=20261301&kind=us,nonsense,us')).toEqual({ ...EMPTY, kinds: ['us'] });
    expect(parseFilter('?date=range&from=20261124&to=20261101')).toMatchObject({ from: '20261101', to: '20261124' });
    expect(parseFilter('?date=range&from=20260230')).toMatchObject({ period: 'range', from: undefined });
  });

  it('never holds what was typed', () => {
    expect(Object.keys(EMPTY).sort()).toEqual(['from', 'kinds', 'period', 'to']);
  });
});

describe('the search', () => {
  const search = (query: string, text = '') => searchOf(parseFilter(query), text, TODAY, SEOUL);

  it("asks for today's studies and for what arrived since the clinic's midnight", () => {
    expect(search('')).toEqual({ from: TODAY, to: TODAY, arrivedSince: '2026-11-23T15:00:00.000Z' });
  });

  it('looks on all days for somebody who is searched for, unless a period was chosen', () => {
    expect(search('', ' ㄱㅎㅈ ')).toEqual({ text: 'ㄱㅎㅈ' });
    expect(search('?date=today', '김')).toMatchObject({ text: '김', from: TODAY });
    expect(effectivePeriod(EMPTY, '김')).toBe('all');
  });

  it('composes Hangul that was typed in parts', () => {
    expect(search('', '김희중'.normalize('NFD'))).toEqual({ text: '김희중' });
  });

  it.each([
    ['?date=yesterday', { from: '20261123', to: '20261123' }],
    ['?date=week', { from: '20261118', to: TODAY }],
    ['?date=month', { from: '20261024', to: TODAY }],
    ['?date=all', {}],
    ['?date=range&from=20260101&to=20260131', { from: '20260101', to: '20260131' }],
    ['?date=range&to=20260131', { to: '20260131' }],
    ['?date=all&kind=us', { modalities: ['US', 'IVUS', 'BDUS'] }],
  ])('turns %s into bounds', (query, expected) => {
    expect(search(query)).toEqual(expected);
  });
});

describe('kinds of equipment', () => {
  it('name each modality once', () => {
    const all = modalitiesOf(KIND_NAMES);
    expect(new Set(all).size).toBe(all.length);
    expect([kindOf('DX'), kindOf('CR'), kindOf('MR'), kindOf('ECG')]).toEqual(['xray', 'xray', 'mr', undefined]);
  });

  it('put what shows the patient before reports and markings', () => {
    expect(orderedModalities(['SR', 'CT', 'SEG', 'PT'])).toEqual(['CT', 'PT', 'SR', 'SEG']);
  });
});
