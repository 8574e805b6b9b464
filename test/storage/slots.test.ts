import { closeSync, existsSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Slots, unfinishedBatches } from '../../src/storage/slots.ts';
import { freshFolder } from '../support/folders.ts';

const NOON = new Date('2026-11-24T03:00:00Z');

describe('slots', () => {
  it('hands out empty files under their final names, each once, also to many at a time', async () => {
    const slots = new Slots(freshFolder(), () => NOON);
    const taken = await Promise.all(Array.from({ length: 150 }, () => slots.take()));
    expect(new Set(taken.map(({ fileId }) => fileId)).size).toBe(150);
    for (const { path, fileId } of taken) {
      expect(existsSync(path)).toBe(true);
      expect(fileId).toMatch(/^20261124-[0-9a-z]+-\d+$/);
    }
    for (const { fd } of taken) closeSync(fd);
    await slots.close();
  });

  it('leaves the marker of a batch until every file of it is accounted for', async () => {
    const dataDir = freshFolder();
    const slots = new Slots(dataDir, () => NOON);
    const first = await slots.take();
    const second = await slots.take();
    closeSync(first.fd);
    closeSync(second.fd);
    await slots.close();
    expect(await unfinishedBatches(dataDir)).toHaveLength(1);
    await slots.settle(first);
    expect(await unfinishedBatches(dataDir)).toHaveLength(1);
    await slots.discard(second);
    expect(await unfinishedBatches(dataDir)).toEqual([]);
    expect(existsSync(first.path)).toBe(true);
    expect(existsSync(second.path)).toBe(false);
  });

  it.each([true, false])('keeps the marker while it is not certain that the rows are flushed (%s)', async (flushed) => {
    const dataDir = freshFolder();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: answer, resolve, reject } = Promise.withResolvers<void>();
    const slots = new Slots(
      dataDir,
      () => NOON,
      () => {
        ask();
        return answer;
      },
    );
    const slot = await slots.take();
    closeSync(slot.fd);
    await slots.settle(slot);
    const closing = slots.close();
    await asked;
    expect(await unfinishedBatches(dataDir)).toHaveLength(1);
    if (flushed) resolve();
    else reject(new Error('the disk failed'));
    await closing;
    expect(await unfinishedBatches(dataDir)).toHaveLength(flushed ? 0 : 1);
  });

  it('leaves nothing behind after a clean stop', async () => {
    const dataDir = freshFolder();
    const slots = new Slots(dataDir, () => NOON);
    const slot = await slots.take();
    writeSync(slot.fd, 'x');
    closeSync(slot.fd);
    await slots.settle(slot);
    await slots.close();
    expect(readdirSync(join(dataDir, 'incoming'))).toEqual([]);
    expect(readdirSync(join(dataDir, 'images', '2026', '11', '24'))).toHaveLength(1);
  });

  it('goes to a new folder when the day changes', async () => {
    let now = new Date('2026-11-24T23:59:59Z');
    const slots = new Slots(freshFolder(), () => now);
    const before = await slots.take();
    now = new Date('2026-11-25T00:00:01Z');
    const after = await slots.take();
    expect(before.fileId.slice(0, 8)).toBe('20261124');
    expect(after.fileId.slice(0, 8)).toBe('20261125');
    closeSync(before.fd);
    closeSync(after.fd);
    await slots.close();
  });

  it('finds another name when the clock was set back onto a used one', async () => {
    const dataDir = freshFolder();
    const first = new Slots(dataDir, () => NOON);
    const second = new Slots(dataDir, () => NOON);
    const a = await first.take();
    const b = await second.take();
    expect(a.fileId).not.toBe(b.fileId);
    closeSync(a.fd);
    closeSync(b.fd);
    await first.close();
    await second.close();
  });
});
