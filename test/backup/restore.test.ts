import { cp as copyTree, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { findSite } from '../../backup/find-site.ts';
import { type RestoreOptions, restore } from '../../backup/restore.ts';
import { MARKER } from '../../backup/restore-journal.ts';
import { restoreVolume } from '../../backup/restore-volume.ts';
import type { Target } from '../../backup/target.ts';
import { folderTarget } from '../../backup/targets/folder.ts';
import { lockDataFolder } from '../../src/storage/data-folder-lock.ts';
import { dataSetOf, openArchive, store } from '../support/archive.ts';
import { freshFolder } from '../support/folders.ts';
import { type Clinic, clinicWith, images, onTarget, runOnce, SITE_FOLDER } from './support/clinic.ts';
import { filesBelow, readTarget } from './support/contents.ts';
import { nth, sha256 } from './support/plain-files.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const LIMITS = { limits: { maxBytes: 1e9, maxEntries: 4 } };
let clinic: Clinic;
let stored: string[];

beforeAll(async () => {
  clinic = await clinicWith(10);
  await clinic.addRubbish('no image');
  await clinic.archive.database.write('setCursor', { follower: 'kept', epoch: 'e', seq: 7 });
  await writeFile(path.join(clinic.dataDir, 'config.json'), '{}');
  expect((await clinic.backUp(LIMITS)).record.outcome).toBe('ok');
  await clinic.archive.close();
  stored = (await readTarget(onTarget(clinic))).entries.map((entry) => entry.path).sort();
});

const target = () => folderTarget(clinic.root, SITE_FOLDER);
const newFolder = () => path.join(freshFolder(), 'data');

async function restoreTo(dataDir: string, options: Partial<RestoreOptions> = {}) {
  return restore({ target: target(), dataDir, ...options });
}

const imagesIn = async (folder: string) =>
  (await filesBelow(folder)).filter((name) => /^(images|quarantine)\//.test(name));

async function flip(file: string, at: number): Promise<() => Promise<void>> {
  const before = await readFile(file);
  const after = Buffer.from(before);
  after[at] = (after[at] ?? 0) ^ 1;
  await writeFile(file, after);
  return () => writeFile(file, before);
}

describe('everything', () => {
  test('comes back byte for byte, with records, settings and the index', async () => {
    const dataDir = newFolder();
    expect(await restoreTo(dataDir)).toMatchObject({ files: 11, problems: [], index: 'restored' });
    expect(await imagesIn(dataDir)).toEqual(stored);
    for (const name of stored) {
      expect((await readFile(path.join(dataDir, name))).equals(await readFile(path.join(clinic.dataDir, name)))).toBe(
        true,
      );
    }
    expect((await readdir(dataDir)).sort()).toEqual([
      'config.json',
      'images',
      'index.sqlite',
      'quarantine',
      'records.sqlite',
    ]);
    const archive = await openArchive(dataDir);
    expect(await archive.database.read('getCursor', { follower: 'kept' })).toEqual({ epoch: 'e', seq: 7 });
    expect((await archive.attention()).quarantined).toHaveLength(1);
    const found = await archive.retrieve.instances({ sopInstanceUid: nth(clinic.instances, 3).sopInstanceUid });
    expect(sha256(await dataSetOf(archive, nth(found, 0).fileId))).toBe(nth(clinic.instances, 3).sha256);
    await archive.close();
  });

  test('begins a new epoch, so that backups onto any disk neither skip nor repeat anything', async () => {
    const dataDir = newFolder();
    await restoreTo(dataDir);
    const archive = await openArchive(dataDir);
    const added = images(2);
    for (const instance of added) await store(archive, instance);
    const root = freshFolder();
    await copyTree(clinic.root, root, { recursive: true });
    expect((await runOnce(dataDir, root)).record).toMatchObject({ outcome: 'ok', files: 2, run: 2 });
    const { entries } = await readTarget(path.join(root, SITE_FOLDER));
    expect(entries).toHaveLength(13);
    await archive.close();
  });

  test('without a copy of the index is as good: the first start makes it from the files', async () => {
    const root = freshFolder();
    await copyTree(clinic.root, root, { recursive: true });
    for (const name of await filesBelow(path.join(root, SITE_FOLDER, 'db'))) {
      if (name.includes('index')) await rm(path.join(root, SITE_FOLDER, 'db', name));
    }
    const dataDir = newFolder();
    const result = await restoreTo(dataDir, { target: folderTarget(root, SITE_FOLDER) });
    expect(result).toMatchObject({ files: 11, problems: [], index: 'rebuilt-at-start' });
    const archive = await openArchive(dataDir);
    await archive.rebuilt();
    const found = await archive.retrieve.instances({ studyInstanceUid: nth(clinic.instances, 0).studyInstanceUid });
    expect(found.map((instance) => instance.sha256).sort()).toEqual(
      clinic.instances
        .filter(({ studyInstanceUid }) => studyInstanceUid === nth(clinic.instances, 0).studyInstanceUid)
        .map(({ sha256 }) => sha256)
        .sort(),
    );
    await archive.close();
  });

  test('of an interrupted run brings back what was committed, and no index that names more', async () => {
    const root = freshFolder();
    await copyTree(clinic.root, root, { recursive: true });
    const later = freshFolder();
    await copyTree(clinic.dataDir, later, { recursive: true });
    const archive = await openArchive(later);
    for (const instance of images(8)) await store(archive, instance);
    let volumes = 0;
    await runOnce(later, root, {
      limits: { maxBytes: 1e9, maxEntries: 4 },
      onProgress: ({ bytesDone, bytesTotal }) => {
        if (bytesDone > bytesTotal * 0.7 && volumes++ > 0) throw new Error('cut off');
      },
    });
    await archive.close();
    const dataDir = newFolder();
    const result = await restoreTo(dataDir, { target: folderTarget(root, SITE_FOLDER) });
    expect(result).toMatchObject({ files: 15, problems: [], index: 'rebuilt-at-start' });
  });
});

describe('an interrupted restore', () => {
  test('leaves a mark, goes on where it stopped, and does no volume twice', async () => {
    const dataDir = newFolder();
    const total = { bytes: 0 };
    const cut = restoreTo(dataDir, {
      onProgress: ({ bytesDone, bytesTotal }) => {
        total.bytes = bytesTotal;
        if (bytesDone > bytesTotal / 2) throw new Error('cut off');
      },
    });
    await expect(cut).rejects.toThrow();
    const marked = await readFile(path.join(dataDir, MARKER), 'utf8');
    expect(marked).toMatch(/volumes\/.*0001\.zip/);
    let written = 0;
    const first = nth(await imagesIn(dataDir), 0);
    const { mtimeMs } = await stat(path.join(dataDir, first));
    const result = await restoreTo(dataDir, { onProgress: () => void written++ });
    expect(result).toMatchObject({ files: 11, problems: [], index: 'restored' });
    expect(written).toBeLessThan(11);
    expect((await stat(path.join(dataDir, first))).mtimeMs).toBe(mtimeMs);
    expect(await imagesIn(dataDir)).toEqual(stored);
    expect(await readdir(dataDir)).not.toContain(MARKER);
  });

  test('has no file under way any more when it says that it ended', async () => {
    const dataDir = newFolder();
    const { manifests } = await readTarget(onTarget(clinic));
    const { trailer, entries } = nth(manifests, 1);
    let reads = 0;
    const slow: Target = {
      ...target(),
      async open(name) {
        const reader = await target().open(name);
        if (!reader) return reader;
        const read: typeof reader.read = async (buffer, position) => {
          reads++;
          // The first file fails while the others are still being read.
          if (position !== nth(entries, 0).offset) await new Promise((later) => setTimeout(later, 100));
          return reader.read(buffer, position).finally(() => reads--);
        };
        return { ...reader, read, close: () => reader.close() };
      },
    };
    const failing = () => {
      throw new Error('cut off');
    };
    await expect(restoreVolume(slow, dataDir, String(trailer.volume), entries, failing)).rejects.toThrow();
    expect(entries.length).toBeGreaterThan(1);
    expect(reads).toBe(0);
  });

  test('of another backup is not continued', async () => {
    const dataDir = newFolder();
    await mkdir(dataDir, { recursive: true });
    await writeFile(path.join(dataDir, MARKER), '"another"\n');
    await expect(restoreTo(dataDir)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
  });
});

describe('a refusal', () => {
  test('when the folder is not empty, whatever is in it, and nothing in it is touched', async () => {
    const dataDir = freshFolder();
    await writeFile(path.join(dataDir, 'config.json'), 'mine');
    await expect(restoreTo(dataDir)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
    expect(await filesBelow(dataDir)).toEqual(['config.json']);
    expect(await readFile(path.join(dataDir, 'config.json'), 'utf8')).toBe('mine');
  });

  test('when an appliance runs on the folder', async () => {
    const dataDir = freshFolder();
    const unlock = await lockDataFolder(dataDir);
    await expect(restoreTo(dataDir)).rejects.toMatchObject({ code: 'START_REFUSED' });
    await unlock();
  });

  test('when there is no backup, or those of several clinics', async () => {
    const empty = freshFolder();
    await expect(findSite(empty)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(findSite(path.join(empty, 'gone'))).rejects.toMatchObject({ code: 'BACKUP_TARGET_MISSING' });
    // A disk with a name like that of a clinic's folder is still the disk.
    const disk = path.join(freshFolder(), 'clinicpacs-disk');
    await copyTree(clinic.root, disk, { recursive: true });
    expect((await findSite(disk)).where).toBe(path.join(disk, SITE_FOLDER));
    await rm(path.join(disk, SITE_FOLDER), { recursive: true });
    await expect(findSite(disk)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await mkdir(path.join(empty, 'clinicpacs-aa', 'manifests'), { recursive: true });
    await mkdir(path.join(empty, 'clinicpacs-bb'));
    await expect(findSite(empty)).rejects.toThrow(/clinicpacs-aa, clinicpacs-bb/);
    expect((await findSite(path.join(empty, 'clinicpacs-aa'))).where).toBe(path.join(empty, 'clinicpacs-aa'));
    expect((await findSite(clinic.root)).where).toBe(onTarget(clinic));
  });
});

describe('a damaged backup', () => {
  test('gives everything but the damaged file, which is named; the index is made anew without it', async () => {
    const { manifests } = await readTarget(onTarget(clinic));
    const { trailer, entries } = nth(manifests, 1);
    const bad = nth(entries, 1);
    const heal = await flip(onTarget(clinic, String(trailer.volume)), bad.offset + bad.size - 1);
    const dataDir = newFolder();
    const result = await restoreTo(dataDir);
    await heal();
    expect(result).toMatchObject({ files: 10, index: 'rebuilt-at-start' });
    expect(result.problems.map(({ path, entry }) => [path, entry])).toEqual([[trailer.volume, bad.path]]);
    expect(await imagesIn(dataDir)).toEqual(stored.filter((name) => name !== bad.path));
  });

  test('with a damaged manifest still gives the files that it names', async () => {
    const { path: manifest } = nth((await readTarget(onTarget(clinic))).manifests, 0);
    const heal = await flip(onTarget(clinic, manifest), 3);
    const dataDir = newFolder();
    const result = await restoreTo(dataDir);
    await heal();
    expect(result.files).toBe(10);
    expect(result.problems).toMatchObject([{ path: manifest }]);
  });

  test('takes older records when the newest copy is damaged, and says so', async () => {
    const root = freshFolder();
    await copyTree(clinic.root, root, { recursive: true });
    await runOnce(clinic.dataDir, root);
    const db = path.join(root, SITE_FOLDER, 'db');
    const [name = ''] = (await readdir(db)).filter((file) => file.endsWith('records.sqlite'));
    const newer = name.replace('-00001', '-00009');
    await writeFile(path.join(db, newer), 'not a database');
    await writeFile(path.join(db, `${newer}.sha256`), `${'0'.repeat(64)}  ${newer}\n`);
    const dataDir = newFolder();
    const result = await restoreTo(dataDir, { target: folderTarget(root, SITE_FOLDER) });
    expect(result.problems).toMatchObject([{ path: `db/${newer}` }]);
    expect(sha256(await readFile(path.join(dataDir, 'records.sqlite')))).not.toBe(
      sha256(Buffer.from('not a database')),
    );
  });
});

describe('a manifest that was tampered with', () => {
  test.each(['../outside.dcm', '/tmp/outside.dcm', 'images/../../outside.dcm', 'records.sqlite'])(
    'cannot write to %s',
    async (name) => {
      const root = freshFolder();
      await copyTree(clinic.root, root, { recursive: true });
      const site = path.join(root, SITE_FOLDER);
      const { manifests } = await readTarget(site);
      const { path: manifest, entries } = nth(manifests, 0);
      const file = path.join(site, manifest);
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace(nth(entries, 0).path, name));
      const parent = freshFolder();
      await restoreTo(path.join(parent, 'deep', 'data'), { target: folderTarget(root, SITE_FOLDER) });
      expect((await filesBelow(parent)).filter((found) => found.includes('outside'))).toEqual([]);
    },
  );
});

describe('one study', () => {
  test('comes back alone, without the databases', async () => {
    const { studyInstanceUid } = nth(clinic.instances, 6);
    const expected = (await readTarget(onTarget(clinic))).entries.filter(
      (entry) => entry.studyInstanceUid === studyInstanceUid,
    );
    const dataDir = newFolder();
    expect(await restoreTo(dataDir, { study: studyInstanceUid })).toMatchObject({
      files: expected.length,
      problems: [],
    });
    expect(await filesBelow(dataDir)).toEqual(expected.map((entry) => entry.path).sort());
  });

  test('that is not there is told', async () => {
    await expect(restoreTo(newFolder(), { study: '1.2.3.4.5' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
