import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const LOG = resolve(import.meta.dirname, '../src/log.ts');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program of its own, since it ends. */
function program(file: string, body: string): string[] {
  return ['--input-type=module', '-e', `import { openLog } from '${LOG}'; const file = '${file}'; ${body}`];
}

describe('the log file', () => {
  it('has every line, and the screen only warnings', () => {
    const file = join(folder, 'logs', 'a.log');
    const lines = "const log = await openLog('info', file); log.info('one'); log.warn('two');";
    const { stderr, status } = spawnSync(process.execPath, program(file, lines), { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stderr).toContain('two');
    expect(stderr).not.toContain('one');
    expect(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).msg),
    ).toEqual(['one', 'two']);
  });

  it('does not disturb a program that ends at once', () => {
    const lines = "await openLog('info', file); process.exit(0);";
    const { stderr, status } = spawnSync(process.execPath, program(join(folder, 'a.log'), lines), { encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  it('may fail to open without ending the program', () => {
    const file = join(folder, 'a.log');
    mkdirSync(file);
    const lines = "const log = await openLog('info', file); log.info('one'); console.log('goes on');";
    expect(execFileSync(process.execPath, program(file, lines), { encoding: 'utf8' })).toContain('goes on');
  });
});
