/** What every kind of target must do. A new kind calls `targetContract` with a way to make a fresh one. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Target, writeWhole } from '../../backup/target.ts';
import { sha256 } from './support/plain-files.ts';

export interface FreshTarget {
  target: Target;
  /** Another way in to the same place, as another process would have. */
  again(): Target;
}

export function targetContract(name: string, fresh: () => Promise<FreshTarget>): void {
  describe(`${name} as a target`, () => {
    test('gives back what was committed, with its size and hash', async () => {
      const { target, again } = await fresh();
      const bytes = randomBytes(3_000_000);
      const writer = await target.create('volumes/2026/11/a.zip');
      await writer.write(bytes.subarray(0, 1_234_567));
      await writer.write(bytes.subarray(1_234_567));
      let readBack = 0;
      const committed = await writer.commit((read) => {
        readBack += read;
      });
      expect(committed).toEqual({ size: bytes.length, sha256: sha256(bytes) });
      expect(readBack).toBe(bytes.length);
      expect((await again().read('volumes/2026/11/a.zip'))?.equals(bytes)).toBe(true);
    });

    test('shows a file to nobody before its commit', async () => {
      const { target, again } = await fresh();
      const writer = await target.create('volumes/2026/11/a.zip');
      await writer.write(randomBytes(1000));
      expect(await again().list('volumes')).toEqual([]);
      expect(await again().read('volumes/2026/11/a.zip')).toBeUndefined();
      await writer.commit();
      expect(await again().list('volumes')).toEqual(['volumes/2026/11/a.zip']);
    });

    test('a discarded file leaves nothing', async () => {
      const { target } = await fresh();
      const writer = await target.create('db/a.sqlite');
      await writer.write(randomBytes(1000));
      await writer.discard();
      await target.dropUnfinished();
      expect(await target.list('')).toEqual([]);
      await writeWhole(target, 'db/a.sqlite', Buffer.from('x'));
    });

    test('drops what an interrupted run left, and only that', async () => {
      const { target, again } = await fresh();
      await writeWhole(target, 'volumes/2026/11/a.zip', Buffer.from('a'));
      const abandoned = await target.create('volumes/2026/11/b.zip');
      await abandoned.write(randomBytes(1000));
      await again().dropUnfinished();
      expect(await again().list('')).toEqual(['volumes/2026/11/a.zip']);
      await writeWhole(again(), 'volumes/2026/11/b.zip', Buffer.from('b'));
      await abandoned.discard();
    });

    test('never overwrites a committed file unless told to', async () => {
      const { target } = await fresh();
      await writeWhole(target, 'manifests/2026/11/a.jsonl', Buffer.from('first'));
      await expect(target.create('manifests/2026/11/a.jsonl')).rejects.toMatchObject({ code: 'BACKUP_WRITE_FAILED' });
      expect(String(await target.read('manifests/2026/11/a.jsonl'))).toBe('first');
      await writeWhole(target, 'README.txt', Buffer.from('old'));
      await writeWhole(target, 'README.txt', Buffer.from('new'), { replace: true });
      expect(String(await target.read('README.txt'))).toBe('new');
    });

    test('reads ranges, and says how much there was', async () => {
      const { target } = await fresh();
      const bytes = randomBytes(10_000);
      await writeWhole(target, 'volumes/a.zip', bytes);
      const reader = await target.open('volumes/a.zip');
      expect(reader?.size).toBe(10_000);
      const into = Buffer.alloc(4000);
      expect(await reader?.read(into, 3000)).toBe(4000);
      expect(into.equals(bytes.subarray(3000, 7000))).toBe(true);
      expect(await reader?.read(into, 8000)).toBe(2000);
      await reader?.close();
      expect(await target.open('volumes/none.zip')).toBeUndefined();
    });

    test('lists committed files below a folder in order', async () => {
      const { target } = await fresh();
      for (const name of ['manifests/2026/12/c', 'manifests/2026/11/b', 'manifests/2025/01/a', 'runs/z']) {
        await writeWhole(target, name, Buffer.from(name));
      }
      expect(await target.list('manifests')).toEqual([
        'manifests/2025/01/a',
        'manifests/2026/11/b',
        'manifests/2026/12/c',
      ]);
      expect(await target.list('nowhere')).toEqual([]);
    });

    test('takes a file away', async () => {
      const { target } = await fresh();
      await writeWhole(target, 'db/a', Buffer.from('a'));
      await target.remove('db/a');
      expect(await target.list('')).toEqual([]);
    });

    test('lets one run in at a time, and the next when it is over', async () => {
      const { target, again } = await fresh();
      const lock = await target.lock('first');
      await expect(again().lock('second')).rejects.toMatchObject({ code: 'BACKUP_RUNNING' });
      expect(await target.list('')).toEqual([]);
      await lock.release();
      await (await again().lock('second')).release();
    });

    test('tells its free room, or that it does not know', async () => {
      const free = await (await fresh()).target.freeBytes();
      expect(free === undefined || free > 0).toBe(true);
    });
  });
}
