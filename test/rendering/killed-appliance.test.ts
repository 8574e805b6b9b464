import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freshFolder } from '../support/folders.ts';

const folder = freshFolder();
const POOL = fileURLToPath(new URL('./hanging-pool.mjs', import.meta.url));

it.skipIf(!existsSync('/proc/self/stat'))(
  'a render process in an endless loop ends when the appliance is killed',
  async () => {
    const appliance = spawn(process.execPath, [POOL, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = await once(appliance.stdout, 'data');
    const hanging = Number(printed);
    try {
      const spent = () => cpuTicks(hanging);
      const before = spent();
      await expect.poll(spent).toBeGreaterThan(before + 10);
      const ended = once(appliance, 'exit');
      appliance.kill('SIGKILL');
      await ended;
      await expect.poll(() => existsSync(`/proc/${hanging}`)).toBe(false);
    } finally {
      appliance.kill('SIGKILL');
      if (existsSync(`/proc/${hanging}`)) process.kill(hanging, 'SIGKILL');
    }
  },
);

/** Processor time of a process; growing, it is at work. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]);
}
