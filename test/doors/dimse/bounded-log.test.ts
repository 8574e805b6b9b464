import { describe, expect, it } from 'vitest';
import { boundedLog } from '../../../src/doors/dimse/bounded-log.ts';
import type { Log } from '../../../src/log.ts';

describe('the log of the DICOM door', () => {
  it('lets so many lines a minute through, says how many it left out, and never leaves out an error', () => {
    let now = 0;
    const lines: string[] = [];
    const write = (facts: unknown, text?: string) => void lines.push(`${text} ${JSON.stringify(facts)}`);
    const log: Log = { debug: write, info: write, warn: write, error: write, fatal: write, child: () => log };
    const bounded = boundedLog(log, () => now);
    for (let i = 0; i < 1000; i++) bounded.warn({}, 'refused');
    for (let i = 0; i < 5; i++) bounded.error({}, 'broken');
    expect(lines.length).toBe(125);
    now = 61_000;
    bounded.info({}, 'accepted');
    expect(lines.slice(125)).toEqual(['lines about DICOM connections were left out {"lines":880}', 'accepted {}']);
  });
});
