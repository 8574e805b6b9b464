import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { describeProgress, progressLine } from '../../backup/progress-line.ts';

test('the line tells amount, rate and time left', () => {
  expect(describeProgress(1.2e9, 3e9, 90e6)).toBe('40 %  1.20 / 3.00 GB  90 MB/s  남은 시간 0:20 left');
  expect(describeProgress(0, 8e12, 100e6)).toContain('22:13:20');
  expect(describeProgress(5e6, 0, 0)).toBe('0 %  0.01 / 0.00 GB');
});

test('is drawn on a terminal only', () => {
  for (const isTTY of [true, false]) {
    const written: string[] = [];
    const terminal = new Writable({
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        done();
      },
    });
    const out = Object.assign(terminal, { isTTY });
    const line = progressLine('백업', out as unknown as NodeJS.WriteStream);
    line.show(1, 2);
    line.end();
    expect(written.length > 0).toBe(isTTY);
  }
});
