import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Archive } from '../../src/archive/archive.ts';
import { Attempts } from '../../src/attempts/attempts.ts';
import { createLog } from '../../src/log.ts';
import { openArchive } from '../support/archive.ts';
import { contextWith, factsWith, requestWith } from './facts.ts';

const log = createLog({ level: 'silent' });
let archive: Archive;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive.close());

const LIMITS = { total: 12, perAddress: 4 };
const from = (address: string, callingAe: string, approved = false) =>
  factsWith({ address, request: requestWith({ callingAe, approved }) });
const scan = (address: string) => factsWith({ address, request: null, opening: 'other', ending: 'closed-by-peer' });
const listed = (attempts: Attempts) =>
  attempts.list().map(({ facts }) => `${facts.request?.callingAe}@${facts.address}`);
/** None that another test has written. */
const open = async () => {
  const attempts = await Attempts.open(archive.database, log, LIMITS);
  for (const { id } of attempts.list()) await archive.database.write('saveAttempts', { rows: [], removed: [id] });
  return Attempts.open(archive.database, log, LIMITS);
};

describe('the record of attempts', () => {
  it('counts a device that tries again and again once, with its first and last time', async () => {
    const attempts = await open();
    for (let second = 10; second < 40; second++) {
      attempts.record({ ...from('10.0.0.1', 'CT1'), at: `2026-03-01T00:00:${second}.000Z` });
    }
    expect(attempts.list()).toMatchObject([
      { times: 30, firstAt: '2026-03-01T00:00:10.000Z', lastAt: '2026-03-01T00:00:39.000Z', code: 'unknown-device' },
    ]);
  });

  it('is the same after a restart, newest first', async () => {
    const attempts = await open();
    attempts.record({ ...from('10.0.0.1', 'A'), at: '2026-03-01T00:00:00.000Z' });
    attempts.record({ ...from('10.0.0.2', 'B'), at: '2026-03-01T00:00:01.000Z' });
    attempts.record({ ...from('10.0.0.1', 'A'), at: '2026-03-01T00:00:02.000Z' });
    await attempts.flush();
    const again = await Attempts.open(archive.database, log, LIMITS);
    expect(again.list()).toEqual(attempts.list());
    expect(listed(again)).toEqual(['A@10.0.0.1', 'B@10.0.0.2']);
    again.record(from('10.0.0.3', 'C'));
    expect(new Set(again.list().map(({ id }) => id)).size).toBe(3);
  });

  it('lets one address push out only its own', async () => {
    const attempts = await open();
    attempts.record(from('10.0.0.1', 'CT1'));
    for (let i = 0; i < 1000; i++) attempts.record(from('10.0.0.66', `EVIL${i}`));
    expect(listed(attempts)).toEqual([
      'EVIL999@10.0.0.66',
      'EVIL998@10.0.0.66',
      'EVIL997@10.0.0.66',
      'EVIL996@10.0.0.66',
      'CT1@10.0.0.1',
    ]);
  });

  it('keeps devices when a crowd of addresses scans the port, and approved ones last of all', async () => {
    const attempts = await open();
    attempts.record(from('10.0.0.1', 'CT1', true));
    attempts.record(from('10.0.0.2', 'NEW'));
    for (let i = 0; i < 100; i++) attempts.record(scan(`10.1.0.${i}`));
    expect(attempts.list()).toHaveLength(LIMITS.total);
    expect(listed(attempts).slice(-2)).toEqual(['NEW@10.0.0.2', 'CT1@10.0.0.1']);
    for (let i = 0; i < 100; i++) attempts.record(from(`10.2.0.${i}`, 'X'));
    expect(attempts.list()).toHaveLength(LIMITS.total);
    expect(listed(attempts).at(-1)).toBe('CT1@10.0.0.1');
    await attempts.flush();
    expect(await archive.database.read('listAttempts', {})).toHaveLength(LIMITS.total);
  });

  it('keeps little of a request that proposes much', async () => {
    const attempts = await open();
    const large = { ...contextWith(0), transferSyntaxes: Array.from({ length: 1000 }, () => '1.2.3'.repeat(100)) };
    const contexts = Array.from({ length: 128 }, () => large);
    attempts.record(factsWith({ request: requestWith({ contexts }), detail: 'x'.repeat(100_000) }));
    await attempts.flush();
    const [row] = await archive.database.read('listAttempts', {});
    expect(row?.facts.length).toBeLessThan(20_000);
    expect(row?.facts).toContain('128 more contexts');
  });

  it('settles what an approval puts right', async () => {
    const attempts = await open();
    attempts.record(from('10.0.0.1', 'CT1'));
    attempts.record(from('10.0.0.2', 'CT1'));
    attempts.record({ ...from('10.0.0.1', 'CT1'), ending: 'protocol-violation' });
    attempts.settle('CT1', '10.0.0.1');
    expect(attempts.list().map(({ code, facts }) => [code, facts.address])).toEqual([
      ['protocol-violation', '10.0.0.1'],
      ['unknown-device', '10.0.0.2'],
    ]);
  });
});
