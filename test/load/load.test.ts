/** A small form of `npm run load`: everybody is served, and a large object goes through without being held in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Victim } from '../fuzz/victim.ts';
import { LargeObject } from './large-object.ts';
import { getLarge, storeLarge, wadoLarge } from './large-transfer.ts';
import { sendAtOnce } from './modalities.ts';

const folder = mkdtempSync(join(tmpdir(), 'clinicpacs-load-'));
let appliance: Victim;

beforeAll(async () => {
  appliance = await Victim.start(folder);
});

afterAll(async () => {
  await appliance.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('load', () => {
  it('50 modalities at once are all answered with Success', async () => {
    const { answers } = await sendAtOnce(appliance.dicomPort, 50, 40_000);
    expect(answers).toEqual(Array.from({ length: 50 }, () => '0000'));
  });

  it('a large object comes back whole by C-GET and WADO-RS, and is never held in memory', async () => {
    const pass = async (object: LargeObject) => {
      const sha256 = object.sha256();
      expect(await storeLarge(appliance.dicomPort, object)).toBe(0);
      expect(await getLarge(appliance.dicomPort, object)).toBe(sha256);
      expect(await wadoLarge(appliance.httpUrl, object)).toBe(sha256);
    };
    await pass(new LargeObject(64));
    await appliance.resetPeak();
    const before = appliance.memoryMb();
    const megabytes = 384;
    await pass(new LargeObject(megabytes));
    // Not known where there is no /proc.
    if (!Number.isNaN(before)) expect(appliance.memoryMb('peak') - before).toBeLessThan(megabytes / 4);
  });
});
