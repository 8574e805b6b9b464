import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const LOCK = resolve(import.meta.dirname, '../../installer/setup/lock.mjs');
/** Holds the lock for a moment and notes when it came and went. */
const HOLDER = `
  import { appendFileSync } from 'node:fs';
  import { withLock } from ${JSON.stringify(LOCK)};
  const [lock, log] = process.argv.slice(1);
  await withLock(lock, async () => {
    appendFileSync(log, 'in ');
    await new Promise((resolve) => setTimeout(resolve, 100));
    appendFileSync(log, 'out ');
  });`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function hold(): Promise<number> {
  const args = ['--input-type=module', '--eval', HOLDER, join(folder, 'lock'), join(folder, 'log')];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  return (await once(child, 'exit'))[0];
}

describe('Two set-ups at the same time', () => {
  it('take turns', async () => {
    expect(await Promise.all([hold(), hold(), hold()])).toEqual([0, 0, 0]);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('in out in out in out ');
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('go on when the one that held the lock was killed', async () => {
    const dead = spawn(process.execPath, ['--eval', '']);
    await once(dead, 'exit');
    writeFileSync(join(folder, 'lock'), String(dead.pid));
    expect(await hold()).toBe(0);
  });
});
