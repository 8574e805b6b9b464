import { randomInt } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { folderTarget } from '../../backup/targets/folder.ts';
import { verify } from '../../backup/verify.ts';
import { type Clinic, clinicWith, images, onTarget, SITE_FOLDER } from './support/clinic.ts';
import { filesBelow, readTarget } from './support/contents.ts';
import { nth } from './support/plain-files.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let clinic: Clinic;
let files: string[];

beforeAll(async () => {
  clinic = await clinicWith(6);
  await clinic.backUp();
  await clinic.add(images(3));
  await clinic.addRubbish('no image');
  await clinic.backUp();
  await clinic.archive.close();
  files = await filesBelow(onTarget(clinic));
});

const verified = () => verify(folderTarget(clinic.root, SITE_FOLDER));

/** Runs the check with one file changed, and puts the file back. */
async function withChanged(file: string, change: (bytes: Buffer) => Buffer | undefined) {
  const before = await readFile(onTarget(clinic, file));
  const after = change(Buffer.from(before));
  if (after) await writeFile(onTarget(clinic, file), after);
  else await rm(onTarget(clinic, file));
  try {
    return (await verified()).problems;
  } finally {
    await writeFile(onTarget(clinic, file), before);
  }
}

test('a whole backup has no problem, and every byte of it was read', async () => {
  const result = await verified();
  expect(result).toMatchObject({ volumes: 2, files: 10, problems: [], pending: [] });
  const sizes = await Promise.all(
    files
      .filter((file) => /\.(zip|sqlite|json)$/.test(file) && !file.startsWith('runs') && file !== 'disk.json')
      .map(async (file) => (await stat(onTarget(clinic, file))).size),
  );
  expect(result.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
});

test('progress reaches its total', async () => {
  let last = { bytesDone: 0, bytesTotal: 1 };
  await verify(folderTarget(clinic.root, SITE_FOLDER), (progress) => {
    last = { ...progress };
  });
  expect(last.bytesDone).toBe(last.bytesTotal);
});

test('one flipped bit anywhere in any file of the target is named by its file', async () => {
  const kinds = new Set(files.map((file) => file.replaceAll(/\d{8}T\d{4}-\d+(-\d+)?/g, 'N')));
  expect(kinds.size).toBeGreaterThanOrEqual(9);
  for (const file of files) {
    const { size } = await stat(onTarget(clinic, file));
    for (const at of [0, size - 1, randomInt(size), randomInt(size)]) {
      const problems = await withChanged(file, (bytes) => {
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
        return bytes;
      });
      // A file and its hash in another file stand for each other.
      const partners = file === 'tools.sha256' ? ['README.txt', 'restore.mjs'] : [file.replace(/\.sha256$/, '')];
      const named = problems.map(({ path }) => path);
      const told = [file, ...partners].some((name) => named.includes(name));
      expect(told, `${file}, byte ${at} of ${size}: ${named}`).toBe(true);
    }
  }
});

test('a file that is gone or cut short is named', async () => {
  for (const file of files) {
    for (const change of [() => undefined, (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)]) {
      const named = (await withChanged(file, change)).map(({ path }) => path);
      // The record of the last run is known to nobody but home once it is gone.
      if (file === files.filter((name) => name.startsWith('runs/')).at(-1) && named.length === 0) continue;
      expect(
        named.some((path) => file.startsWith(path) || path.startsWith(file)),
        `${file}: ${named}`,
      ).toBe(true);
    }
  }
});

describe('a damaged volume', () => {
  test('is told with the very files in it that are damaged', async () => {
    const { manifests } = await readTarget(onTarget(clinic));
    const { trailer, entries } = nth(manifests, 0);
    const bad = nth(entries, 2);
    const problems = await withChanged(String(trailer.volume), (bytes) => {
      bytes[bad.offset + 5] = (bytes[bad.offset + 5] ?? 0) ^ 1;
      return bytes;
    });
    expect(problems.map(({ path, entry }) => [path, entry])).toEqual([
      [trailer.volume, undefined],
      [trailer.volume, bad.path],
    ]);
    expect(nth(problems, 0).en).toContain('5 of its 6 files are whole');
  });

  test('whose files are all whole is told as such', async () => {
    const { trailer } = nth((await readTarget(onTarget(clinic))).manifests, 0);
    const problems = await withChanged(String(trailer.volume), (bytes) => {
      bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
      return bytes;
    });
    expect(problems).toMatchObject([{ path: trailer.volume, en: expect.stringContaining('6 of its 6') }]);
  });
});

test('what an interrupted run left is no problem', async () => {
  const stray = 'volumes/2026/11/20261124T0300-00099-0001.zip';
  await mkdir(onTarget(clinic, 'volumes/2026/11'), { recursive: true });
  await writeFile(onTarget(clinic, stray), 'PK');
  await writeFile(onTarget(clinic, `${stray}.part`), 'PK');
  expect((await verified()).problems).toEqual([]);
  await rm(onTarget(clinic, stray));
  await rm(onTarget(clinic, `${stray}.part`));
});

test('a disk that is not there is told as missing, not as a thousand missing files', async () => {
  await expect(verify(folderTarget(`${clinic.root}-gone`, SITE_FOLDER))).rejects.toMatchObject({
    code: 'BACKUP_TARGET_MISSING',
  });
});
