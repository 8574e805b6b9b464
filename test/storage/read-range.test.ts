import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginRange, readRange } from '../../src/storage/read-range.ts';

let folder: string;
let file: string;
const BYTES = Buffer.alloc(3_500_000, 0).map((_, n) => (n * 31 + (n >> 8)) & 0xff);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clinicpacs-'));
  file = join(folder, 'image.dcm');
  writeFileSync(file, BYTES);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files of the folder that this process has open. */
function openFiles(): number {
  const links = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  return links.filter((link) => link.startsWith(folder)).length;
}

describe('a range of a file', () => {
  it.each([
    [0, 3_500_000],
    [17, 1_048_576 + 17],
    [1_000_000, 3_499_999],
    [5, 6],
    [7, 7],
  ])('from %i to %i arrives whole and in order at a slow sink', async (start, end) => {
    const pieces: Buffer[] = [];
    await readRange(file, start, end, async (piece) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      pieces.push(Buffer.from(piece));
    });
    expect(Buffer.concat(pieces).equals(BYTES.subarray(start, end))).toBe(true);
  });

  it('is told to be missing when it is asked for, not before', async () => {
    const missing = beginRange(join(folder, 'none.dcm'), 0, 10);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(missing.to(() => undefined)).rejects.toMatchObject({ code: 'ENOENT' });
    await beginRange(join(folder, 'none.dcm'), 0, 10).drop();
  });

  it('that ends before it should is a failure, after the bytes that are there', async () => {
    let length = 0;
    const reading = readRange(file, 0, BYTES.length + 1, (piece) => {
      length += piece.length;
    });
    await expect(reading).rejects.toBeInstanceOf(RangeError);
    expect(length).toBe(BYTES.length);
  });

  it.skipIf(!existsSync('/proc/self/fd'))('leaves no file open, however it ends', async () => {
    await readRange(file, 0, BYTES.length, () => undefined);
    await readRange(file, 0, BYTES.length, () => Promise.reject(new Error('gone'))).catch(() => undefined);
    await readRange(file, 0, BYTES.length + 1, () => undefined).catch(() => undefined);
    await beginRange(file, 0, BYTES.length).drop();
    expect(openFiles()).toBe(0);
  });
});
