import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ArchiveError } from '../../src/errors.ts';
import { type RunOptions, WorkerPool } from '../../src/rendering/worker-pool.ts';
import { freshFolder } from '../support/folders.ts';

const folder = freshFolder();

const pools: WorkerPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function pool(settings: { size?: number; idleMs?: number; spillFolder?: string } = {}): WorkerPool {
  const script = new URL('./pool-script.mjs', import.meta.url);
  const made = new WorkerPool({ script, size: 2, idleMs: 10_000, heapMb: 64, spillFolder: folder, ...settings });
  pools.push(made);
  return made;
}

/** The script understands other jobs than the real worker. */
function run(on: WorkerPool, input: object, options: Partial<RunOptions> = {}): Promise<unknown> {
  return on.run('bulk', input as never, { timeoutMs: 10_000, failure: 'NOT_RENDERABLE', ...options });
}

function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: ArchiveError) => error.code,
  );
}

describe('the worker pool', () => {
  it('starts processes when there is work and ends them when there is none', async () => {
    const lazy = pool({ idleMs: 50 });
    expect(lazy.workers).toBe(0);
    expect(await run(lazy, { value: 7 })).toBe(7);
    expect(lazy.workers).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lazy.workers).toBe(0);
    expect(await run(lazy, { value: 8 })).toBe(8);
  });

  it('does what nobody waits for last, and alone', async () => {
    const busy = pool();
    const order: unknown[] = [];
    const note = (value: unknown) => order.push(value);
    const ahead = ['ahead 1', 'ahead 2'].map((value) => run(busy, { value }, { heavy: true, background: true }));
    // One begins at once, the other waits although there is a place.
    expect(busy.workers).toBe(1);
    const asked = ['a', 'b', 'c'].map((value) => run(busy, { value, ms: 30 }, { heavy: true }));
    await Promise.all([...ahead, ...asked].map((job) => job.then(note)));
    expect(order.toSorted()).toEqual(['a', 'ahead 1', 'ahead 2', 'b', 'c']);
    expect(order.slice(-1)).toEqual(['ahead 2']);
  });

  it('answers every one of many jobs, each with its own result', async () => {
    const busy = pool();
    const results = await Promise.all(Array.from({ length: 100 }, (_, value) => run(busy, { value })));
    expect(results).toEqual(Array.from({ length: 100 }, (_, value) => value));
    expect(busy.workers).toBe(2);
  });

  it.each([
    ['throw', 'NOT_FOUND'],
    ['bug', 'INTERNAL'],
    ['crash', 'NOT_RENDERABLE'],
    ['segfault', 'NOT_RENDERABLE'],
    ['exit', 'NOT_RENDERABLE'],
    ['eat', 'NOT_RENDERABLE'],
  ])(
    'answers the caller of a job that does "%s", and the next one',
    async (what, code) => {
      const one = pool({ size: 1 });
      const next = run(one, { do: what });
      const after = run(one, { value: 'fine' });
      expect(await codeOf(next)).toBe(code);
      expect(await after).toBe('fine');
    },
    20_000,
  );

  it('ends a job that takes too long', async () => {
    const one = pool({ size: 1 });
    const hanging = run(one, { do: 'hang' }, { timeoutMs: 200 });
    const after = run(one, { value: 'fine' });
    expect(await codeOf(hanging)).toBe('NOT_RENDERABLE');
    expect(await after).toBe('fine');
  });

  it('leaves a process for light jobs while heavy ones queue up', async () => {
    const two = pool({ size: 2 });
    const heavy = Array.from({ length: 3 }, () => run(two, { ms: 1500, value: 'heavy' }, { heavy: true }));
    const light = run(two, { value: 'light' });
    expect(await Promise.race([light, ...heavy])).toBe('light');
    await Promise.all(heavy);
  }, 20_000);

  it('gives the next job to a fresh process when one has grown too much', async () => {
    const one = pool({ size: 1 });
    const [first, second] = [await run(one, { do: 'pid' }), await run(one, { do: 'tire' })];
    expect(second).toBe(first);
    expect(await run(one, { do: 'pid' })).not.toBe(first);
  });

  it('brings large outputs over whole, through a file that leaves no name and no bytes behind', async () => {
    const one = pool({ size: 1 });
    for (const lengths of [[3 << 20, 10, 1 << 19], [300_000]]) {
      const output = (await run(one, { do: 'bytes', lengths })) as { all: { n: number; bytes: Uint8Array }[] };
      expect(output.all.map(({ bytes }) => bytes.length)).toEqual(lengths);
      for (const { n, bytes } of output.all) expect(bytes.every((byte) => byte === n + 1)).toBe(true);
      expect(output).toHaveProperty('table', new Float64Array([1.5]));
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('brings large outputs over when there is no room for such a file', async () => {
    const blocked = pool({ spillFolder: join(import.meta.filename, 'no-folder') });
    const output = (await run(blocked, { do: 'bytes', lengths: [3 << 20] })) as { all: { bytes: Uint8Array }[] };
    expect(output.all[0]?.bytes.every((byte) => byte === 1)).toBe(true);
  });

  it('takes back what nobody waits for any more', async () => {
    const one = pool({ size: 1 });
    const first = run(one, { ms: 200, value: 1 });
    const controller = new AbortController();
    const second = run(one, { value: 2 }, { signal: controller.signal });
    controller.abort();
    expect(await codeOf(second)).toBe('REQUEST_INVALID');
    expect(await first).toBe(1);
  });

  it('tells those who wait when it is closed', async () => {
    const one = pool({ size: 1 });
    const waiting = [run(one, { ms: 5000 }), run(one, { value: 2 })].map(codeOf);
    await one.close();
    expect(await Promise.all(waiting)).toEqual(['NOT_RENDERABLE', 'INTERNAL']);
    expect(await codeOf(run(one, { value: 3 }))).toBe('INTERNAL');
  });
});
