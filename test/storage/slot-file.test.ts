import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BLOCK_SIZE, giveBlocksBack, takeBlock } from '../../src/storage/blocks.ts';
import { ImageStore } from '../../src/storage/image-store.ts';
import { SlotFile } from '../../src/storage/slot-file.ts';
import { freshFolder } from '../support/folders.ts';

const slotIn = (folder: string) => {
  const path = join(folder, 'a.dcm');
  const batch = { day: '', marker: '', free: [], open: 1 };
  return { fileId: 'a', path, fd: openSync(path, 'wx+'), batch };
};

describe('the file of a slot', () => {
  it('takes pages, a tail and a first page written last', async () => {
    const slot = slotIn(freshFolder());
    const bytes = randomBytes(BLOCK_SIZE + 100);
    const block = takeBlock();
    bytes.copy(block);
    const file = new SlotFile(slot);
    await file.writePages([block.subarray(4096)], 4096);
    await file.write([bytes.subarray(BLOCK_SIZE)], BLOCK_SIZE);
    await file.write([block.subarray(0, 4096)], 0);
    await file.flushAndClose();
    giveBlocksBack([block]);
    expect(readFileSync(slot.path).equals(bytes)).toBe(true);
    expect(() => closeSync(slot.fd)).toThrow('EBADF');
  });

  it('goes through the page cache with memory that direct writes do not take', async () => {
    const slot = slotIn(freshFolder());
    const bytes = randomBytes(8 * BLOCK_SIZE + 8);
    const file = new SlotFile(slot);
    for (let at = 0; at < 8; at++) {
      const piece = bytes.subarray(8 + at * BLOCK_SIZE, 8 + (at + 1) * BLOCK_SIZE);
      await file.writePages([piece], at * BLOCK_SIZE);
    }
    await file.flushAndClose();
    expect(readFileSync(slot.path).equals(bytes.subarray(8))).toBe(true);
  });

  it.skipIf(!existsSync('/dev/shm'))('works on a file system in memory', async () => {
    const slot = slotIn(freshFolder('/dev/shm'));
    const block = takeBlock().fill(7);
    const file = new SlotFile(slot);
    await file.writePages([block], 0);
    await file.flushAndClose();
    expect(readFileSync(slot.path).equals(block)).toBe(true);
    giveBlocksBack([block]);
  });

  it('tells that the disk is full', async () => {
    const full = openSync('/dev/full', 'w');
    const file = new SlotFile({
      fileId: 'a',
      path: '/dev/full',
      fd: full,
      batch: { day: '', marker: '', free: [], open: 1 },
    });
    const block = takeBlock();
    await expect(file.writePages([block], 0)).rejects.toThrow('ENOSPC');
    await file.close();
    giveBlocksBack([block]);
  });
});

describe('more images at once than there is memory made ready', () => {
  it('keeps every byte', async () => {
    const images = new ImageStore(freshFolder());
    const identity = { sopClassUid: '1.2', sopInstanceUid: '1.2.3', transferSyntaxUid: '1.2.840.10008.1.2.1' };
    const provenance = {
      receivedAt: '',
      receiveSequence: 1,
      callingAe: 'A',
      peerAddress: '',
      device: null,
      via: 'dimse' as const,
    };
    const receive = async (n: number) => {
      const image = images.newImage(identity, provenance);
      const bytes = Buffer.alloc(1_500_000 + n, n);
      for (let at = 0; at < bytes.length; at += 200_000) {
        image.write(bytes.subarray(at, at + 200_000));
        await new Promise((resolve) => setImmediate(resolve));
      }
      const { path, dataSetOffset } = await image.seal();
      await image.settle();
      return readFileSync(path).subarray(dataSetOffset).equals(bytes);
    };
    const whole = await Promise.all(Array.from({ length: 150 }, (_, n) => receive(n)));
    expect(whole.filter((right) => right)).toHaveLength(150);
    await images.close();
  });
});
