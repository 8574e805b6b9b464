import { createHash } from 'node:crypto';
import { open, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { TargetWriter } from '../../backup/target.ts';
import { folderTarget } from '../../backup/targets/folder.ts';
import { writeVolume } from '../../backup/volume.ts';
import { freshFolder } from '../support/folders.ts';
import { nth, plainFiles, sha256 } from './support/plain-files.ts';
import { listZip } from './support/zip.ts';

vi.setConfig({ testTimeout: 60_000 });

const NAME = 'volumes/2026/11/20261124T0300-00001-0001.zip';
let dataDir: string;
let root: string;
let out: TargetWriter;

beforeEach(async () => {
  [dataDir, root] = [freshFolder(), freshFolder()];
  out = await folderTarget(root, 'site').create(NAME);
});

const volumeFile = () => path.join(root, 'site', NAME);

describe('a volume', () => {
  test('holds each file unchanged under its path, and tells where each begins', async () => {
    const items = await plainFiles(dataDir, [300, 70_000, 1_500_000, 9_000_000, 4 * 1024 * 1024, 512, 5_000_001]);
    const { entries, unreadable } = await writeVolume(dataDir, items, out);
    const { size, sha256: hash } = await out.commit();
    expect(unreadable).toEqual([]);
    expect(entries.map((entry) => entry.path)).toEqual(items.map((item) => item.path));
    const volume = await readFile(volumeFile());
    expect([volume.length, sha256(volume)]).toEqual([size, hash]);
    for (const entry of entries) {
      const source = await readFile(path.join(dataDir, entry.path));
      expect(volume.subarray(entry.offset, entry.offset + entry.size).equals(source), entry.path).toBe(true);
      expect(entry.sha256).toBe(sha256(source));
    }
    const inZip = await listZip(volumeFile());
    expect(inZip).toEqual(items.map(({ path, size }) => ({ name: path, size, stored: true })));
  });

  test('holds thousands of small files', async () => {
    const items = await plainFiles(
      dataDir,
      Array.from({ length: 3000 }, (_, i) => 200 + (i % 50)),
    );
    const { entries } = await writeVolume(dataDir, items, out);
    await out.commit();
    expect(entries).toHaveLength(3000);
    expect(await listZip(volumeFile())).toHaveLength(3000);
  });

  test('carries the identity of each image for the manifest', async () => {
    const item = nth(await plainFiles(dataDir, [900]), 0);
    const { entries } = await writeVolume(dataDir, [item], out);
    expect(entries[0]).toMatchObject({
      fileId: item.fileId,
      studyInstanceUid: item.studyInstanceUid,
      sopInstanceUid: item.sopInstanceUid,
      epoch: 'e1',
      seq: 1,
      dataSetSha256: item.hashed.sha256,
    });
    await out.discard();
  });
});

describe('a source file that is not what the index says', () => {
  test.each([
    ['rotten in its data set', 'damaged', 500],
    ['rotten and large', 'damaged', 6_000_000],
  ])('%s is named and left out', async (_, reason, size) => {
    const items = await plainFiles(dataDir, [400, size, 800]);
    await flip(path.join(dataDir, nth(items, 1).path), size - 3);
    const { entries, unreadable } = await writeVolume(dataDir, items, out);
    await out.commit();
    expect(unreadable).toMatchObject([{ path: nth(items, 1).path, fileId: nth(items, 1).fileId, reason }]);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 3]);
    expect((await listZip(volumeFile())).map(({ name }) => name)).toEqual([nth(items, 0).path, nth(items, 2).path]);
  });

  test('missing, cut short or longer is named and left out', async () => {
    const items = await plainFiles(dataDir, [400, 500, 600, 700]);
    const at = (i: number) => path.join(dataDir, nth(items, i).path);
    await unlink(at(0));
    await writeFile(at(1), (await readFile(at(1))).subarray(0, 450));
    await writeFile(at(2), Buffer.concat([await readFile(at(2)), Buffer.from('x')]));
    const { entries, unreadable } = await writeVolume(dataDir, items, out);
    await out.discard();
    expect(unreadable.map(({ reason }) => reason)).toEqual(['missing', 'damaged', 'damaged']);
    expect(entries.map(({ seq }) => seq)).toEqual([4]);
  });
});

test('a large file that changes between the two readings fails the volume', async () => {
  const items = await plainFiles(dataDir, [6_000_000]);
  const file = path.join(dataDir, nth(items, 0).path);
  let changed = false;
  const changing: TargetWriter = {
    ...out,
    async write(chunk) {
      if (!changed) await flip(file, 5_900_000);
      changed = true;
      await out.write(chunk);
    },
  };
  await expect(writeVolume(dataDir, items, changing)).rejects.toThrow(/changed while it was copied/);
  await out.discard();
});

test('a failing target ends the volume with its failure', async () => {
  const items = await plainFiles(dataDir, [3_000_000, 3_000_000, 3_000_000, 6_000_000]);
  const failing: TargetWriter = {
    ...out,
    write: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
  };
  await expect(writeVolume(dataDir, items, failing)).rejects.toMatchObject({ code: 'ENOSPC' });
  await out.discard();
});

test('a slow target is never flooded: what is on its way stays within bounds', async () => {
  const items = await plainFiles(
    dataDir,
    Array.from({ length: 60 }, () => 1_000_000),
  );
  const hash = createHash('sha256');
  let [most, taken] = [0, 0];
  const before = process.memoryUsage().arrayBuffers;
  const slow: TargetWriter = {
    ...out,
    async write(chunk) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      hash.update(chunk);
      taken += chunk.length;
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    },
  };
  await writeVolume(dataDir, items, slow);
  await out.discard();
  expect(taken).toBeGreaterThan(60_000_000);
  expect(most).toBeLessThan(50_000_000);
});

async function flip(file: string, at: number): Promise<void> {
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 0x10;
  await handle.write(byte, 0, 1, at);
  await handle.close();
}
