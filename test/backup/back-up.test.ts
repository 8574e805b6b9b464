import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { store } from '../support/archive.ts';
import { makeInstance } from '../support/synthetic.ts';
import { type Clinic, clinicWith, dataSets, hashes, images, onTarget, runOnce } from './support/clinic.ts';
import { filesBelow, readTarget } from './support/contents.ts';
import { nth, sha256 } from './support/plain-files.ts';

// Real flushes on a disk that others use too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let clinic: Clinic;

beforeEach(async () => {
  clinic = await clinicWith(12);
});
afterEach(() => clinic.archive.close().catch(() => undefined));

describe('a run', () => {
  test('copies every image once while the appliance is running, and lays down all that a restore needs', async () => {
    const { record, disk } = await clinic.backUp();
    expect(record).toMatchObject({ outcome: 'ok', files: 12, pending: [], problems: [], previous: null });
    const { entries } = await readTarget(onTarget(clinic));
    expect(dataSets(entries)).toEqual(hashes(clinic));
    const stored = nth(entries, 0);
    expect(sha256(await readFile(path.join(clinic.dataDir, stored.path)))).toBe(stored.sha256);
    expect(clinic.instances.map((instance) => instance.studyInstanceUid)).toContain(stored.studyInstanceUid);
    expect(disk).toMatchObject({ siteId: 'test1', clinic: '가나의원' });
    const name = record.name;
    expect(await filesBelow(onTarget(clinic))).toEqual(
      [
        'README.txt',
        'restore.mjs',
        'tools.sha256',
        'disk.json',
        ...['000-do-not-change.dcm', 'photo.jpg', 'zzz-do-not-change.docx'].map((canary) => `canary/${canary}`),
        `db/${name}.index.sqlite`,
        `db/${name}.index.sqlite.sha256`,
        `db/${name}.records.sqlite`,
        `db/${name}.records.sqlite.sha256`,
        `manifests/${name.slice(0, 4)}/${name.slice(4, 6)}/${name}-0001.jsonl`,
        `volumes/${name.slice(0, 4)}/${name.slice(4, 6)}/${name}-0001.zip`,
        `runs/${name}.json`,
      ].sort(),
    );
  });

  test('with nothing new copies nothing, and writes no copy of a database that did not change', async () => {
    await clinic.backUp();
    const { record } = await clinic.backUp();
    expect(record).toMatchObject({ outcome: 'ok', run: 2, files: 0, manifests: [] });
    expect((await filesBelow(onTarget(clinic, 'db'))).filter((name) => name.includes('-00002'))).toEqual([]);
    expect(record.copies.index?.path).toMatch(/-00001\.index\.sqlite$/);
  });

  test('copies what is new, and only that', async () => {
    await clinic.backUp();
    await clinic.add(images(3));
    const { record } = await clinic.backUp();
    expect(record).toMatchObject({ outcome: 'ok', files: 3 });
    const { entries } = await readTarget(onTarget(clinic));
    expect(dataSets(entries)).toEqual(hashes(clinic));
  });

  test('makes as many volumes as the limit asks for', async () => {
    const { record } = await clinic.backUp({ limits: { maxBytes: 10_000, maxEntries: 100 } });
    expect(record.manifests.length).toBeGreaterThan(2);
    expect(dataSets((await readTarget(onTarget(clinic))).entries)).toEqual(hashes(clinic));
  });

  test('takes along earlier versions, copies under 확인 필요 and quarantined bytes', async () => {
    const first = nth(clinic.instances, 0);
    const { sopInstanceUid, studyInstanceUid, seriesInstanceUid } = first;
    const newer = makeInstance({ sopInstanceUid, studyInstanceUid, seriesInstanceUid, patientId: 'P-1', rows: 20 });
    await store(clinic.archive, newer);
    await clinic.addRubbish('not an image');
    await clinic.addRubbish('not an image either');
    const { record } = await clinic.backUp();
    expect(record).toMatchObject({ outcome: 'ok', files: 15 });
    const { entries } = await readTarget(onTarget(clinic));
    expect(dataSets(entries)).toContain(newer.sha256);
    const quarantined = entries.filter(({ path }) => path.startsWith('quarantine/'));
    expect(dataSets(quarantined)).toEqual(
      [sha256(Buffer.from('not an image')), sha256(Buffer.from('not an image either'))].sort(),
    );
    expect((await clinic.backUp()).record.files).toBe(0);
  });

  test('works on a data folder whose appliance is not running', async () => {
    await clinic.archive.close();
    const { record } = await clinic.backUp();
    expect(record).toMatchObject({ outcome: 'ok', files: 12 });
  });

  test('of an empty archive is a good run too', async () => {
    const empty = await clinicWith(0);
    expect((await empty.backUp()).record).toMatchObject({ outcome: 'ok', files: 0 });
    await empty.archive.close();
  });

  test('keeps config.json as it is', async () => {
    await writeFile(path.join(clinic.dataDir, 'config.json'), '{"clinic":{"name":"가나의원"}}');
    const { record } = await clinic.backUp();
    expect(await readFile(onTarget(clinic, record.copies.config?.path), 'utf8')).toBe('{"clinic":{"name":"가나의원"}}');
  });

  test('leaves nothing behind in the data folder', async () => {
    await clinic.backUp();
    expect((await filesBelow(clinic.dataDir)).filter((name) => name.startsWith('tmp/'))).toEqual([]);
  });
});

describe('two disks in turn', () => {
  test('each catches up from its own mark', async () => {
    const other = await clinicWith(0);
    await clinic.backUp();
    await clinic.add(images(2));
    expect((await runOnce(clinic.dataDir, other.root)).record.files).toBe(14);
    await clinic.add(images(1));
    expect((await clinic.backUp()).record.files).toBe(3);
    expect((await runOnce(clinic.dataDir, other.root)).record.files).toBe(1);
    await other.archive.close();
  });
});

describe('a clock set back', () => {
  test('changes no order: names count up', async () => {
    await clinic.backUp();
    // What a run of next year would have been called.
    const runs = onTarget(clinic, 'runs');
    const [first] = await filesBelow(runs);
    await clinic.add(images(2));
    const { record } = await clinic.backUp();
    expect(record.run).toBe(2);
    expect(record.previous?.path).toBe(`runs/${first}`);
    const manifest = nth(record.manifests, 0);
    const earlier = manifest
      .replaceAll(/\d{8}T\d{4}/g, '20200101T0300')
      .replace(/manifests\/\d{4}\/\d\d/, 'manifests/2020/01');
    await mkdir(path.dirname(onTarget(clinic, earlier)), { recursive: true });
    await rename(onTarget(clinic, manifest), onTarget(clinic, earlier));
    await clinic.add(images(1));
    expect((await clinic.backUp()).record).toMatchObject({ files: 1, run: 3 });
  });
});

describe('a source file that went bad', () => {
  async function flipStored(index: number): Promise<string> {
    const { fileId } = nth(
      await clinic.archive.retrieve.instances({ sopInstanceUid: nth(clinic.instances, index).sopInstanceUid }),
      0,
    );
    const file = clinic.archive.store.pathOf(fileId);
    const handle = await open(file, 'r+');
    const { size } = await handle.stat();
    await handle.write(Buffer.from([0xff]), 0, 1, size - 1);
    await handle.write(Buffer.from([0xee]), 0, 1, size - 2);
    await handle.close();
    return path.relative(clinic.dataDir, file);
  }

  test('is named, kept out, and makes the run incomplete; all others are copied', async () => {
    const bad = await flipStored(4);
    const { record } = await clinic.backUp();
    expect(record).toMatchObject({ outcome: 'incomplete', files: 11, pending: [{ path: bad, reason: 'damaged' }] });
    expect((await readTarget(onTarget(clinic))).entries.map(({ path }) => path)).not.toContain(bad);
  });

  test('stays owed until it is whole again, and is then copied once', async () => {
    const bad = await flipStored(4);
    await clinic.backUp();
    await clinic.add(images(1));
    expect((await clinic.backUp()).record).toMatchObject({ outcome: 'incomplete', files: 1, pending: [{ path: bad }] });
    const file = path.join(clinic.dataDir, bad);
    const good = nth(clinic.instances, 4).dataSet;
    const now = await readFile(file);
    await writeFile(file, Buffer.concat([now.subarray(0, now.length - good.length), good]));
    expect((await clinic.backUp()).record).toMatchObject({ outcome: 'ok', files: 1, pending: [] });
    expect((await clinic.backUp()).record).toMatchObject({ outcome: 'ok', files: 0 });
    expect(dataSets((await readTarget(onTarget(clinic))).entries)).toEqual(hashes(clinic));
  });

  test('that is all there is to copy leaves no empty volume', async () => {
    await clinic.backUp();
    await clinic.add(images(1));
    await flipStored(12);
    const { record } = await clinic.backUp();
    expect(record).toMatchObject({ outcome: 'incomplete', files: 0 });
    expect((await filesBelow(onTarget(clinic, 'volumes'))).length).toBe(1);
    expect((await clinic.backUp()).record).toMatchObject({ outcome: 'incomplete', files: 0 });
  });

  test('and is gone is named as missing', async () => {
    const bad = await flipStored(2);
    await rm(path.join(clinic.dataDir, bad));
    expect((await clinic.backUp()).record.pending).toEqual([{ path: bad, reason: 'missing' }]);
  });
});
