import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { folderTarget } from '../../backup/targets/folder.ts';
import { verifyAccessLog } from '../../src/audit/access-log.ts';
import { markIndexDamaged } from '../../src/db/database.ts';
import { openArchive, store } from '../support/archive.ts';
import { makeInstance } from '../support/synthetic.ts';
import { type Clinic, clinicWith, images, onTarget, runOnce, SITE_FOLDER } from './support/clinic.ts';
import { filesBelow, readTarget } from './support/contents.ts';
import { nth, sha256 } from './support/plain-files.ts';

// Real flushes on a disk that others use too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let clinic: Clinic;

beforeEach(async () => {
  clinic = await clinicWith(12);
});
afterEach(() => clinic.archive.close().catch(() => undefined));

const dataSets = (entries: { dataSetSha256?: string }[]) => entries.map((entry) => entry.dataSetSha256).sort();
const hashes = (of: Clinic) => of.instances.map((instance) => instance.sha256).sort();

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

describe('after the index was rebuilt', () => {
  async function rebuildIndex(): Promise<void> {
    await clinic.archive.close();
    await markIndexDamaged(clinic.dataDir);
    clinic.archive = await openArchive(clinic.dataDir);
    await clinic.archive.rebuilt();
  }

  test('nothing is copied twice', async () => {
    await clinic.addRubbish('not an image');
    await clinic.backUp();
    await rebuildIndex();
    const { record } = await clinic.backUp();
    expect(record).toMatchObject({ outcome: 'ok', files: 0 });
    expect((await readTarget(onTarget(clinic))).entries).toHaveLength(13);
    expect((await clinic.backUp()).record).toMatchObject({ outcome: 'ok', files: 0, manifests: [] });
  });

  test('nothing is skipped: neither what came before the rebuild nor after', async () => {
    await clinic.backUp();
    await clinic.add(images(3));
    await rebuildIndex();
    const added = images(2);
    for (const instance of added) await store(clinic.archive, instance);
    clinic.instances.push(...added);
    expect((await clinic.backUp()).record).toMatchObject({ outcome: 'ok', files: 5 });
    expect(dataSets((await readTarget(onTarget(clinic))).entries)).toEqual(hashes(clinic));
  });

  test('a run in the middle of the rebuild is as good', async () => {
    await clinic.backUp();
    await clinic.add(images(3));
    const hidden = path.join(clinic.dataDir, 'hidden.dcm');
    const [file] = (await filesBelow(path.join(clinic.dataDir, 'images'))).filter((name) => name.endsWith('-63.dcm'));
    const place = path.join(clinic.dataDir, 'images', String(file));
    await rename(place, hidden);
    await rebuildIndex();
    expect((await clinic.backUp()).record).toMatchObject({ outcome: 'ok', files: 3 });
    // The rebuild goes on, in the same epoch, with a file that is on the target already.
    await rename(hidden, place);
    await clinic.archive.database.write('setMeta', { key: 'rebuilding', value: 'yes' });
    await clinic.archive.close();
    clinic.archive = await openArchive(clinic.dataDir);
    await clinic.archive.rebuilt();
    expect((await clinic.backUp()).record).toMatchObject({ outcome: 'ok', files: 0 });
    expect(dataSets((await readTarget(onTarget(clinic))).entries)).toEqual(hashes(clinic));
  });
});

describe('the access log', () => {
  const view = (who: string) => ({
    ...{ at: '2026-11-24T03:00:00.000Z', who, action: 'study.open', from: '10.0.0.5', door: 'web' },
    ...{ patientId: 'P-1', studyInstanceUid: '', detail: '', outcome: 'ok' },
  });
  const append = (...names: string[]) =>
    clinic.archive.database.write('appendAccessRows', { entries: names.map(view) });

  test('leaves its newest hash on the target, and may grow', async () => {
    expect((await clinic.backUp()).record.accessLog).toBeUndefined();
    const head = await append('kim', 'lee');
    expect((await clinic.backUp()).record.accessLog).toEqual(head);
    await append('park');
    expect((await clinic.backUp()).record).toMatchObject({ outcome: 'ok', accessLog: { seq: 3 } });
  });

  test('that was rewritten from its first row, with a chain that is right again, is told', async () => {
    await append('kim', 'lee', 'park');
    await clinic.backUp();
    await clinic.archive.close();
    const sqlite = new Sqlite(path.join(clinic.dataDir, 'records.sqlite'));
    sqlite.exec(`DROP TRIGGER access_log_never_changes; DROP TRIGGER access_log_never_shrinks;
      DELETE FROM access_log; DELETE FROM sqlite_sequence WHERE name = 'access_log'`);
    sqlite.close();
    clinic.archive = await openArchive(clinic.dataDir);
    await append('kim', 'nobody', 'park');
    expect(await verifyAccessLog(clinic.archive.database)).toMatchObject({ rows: 3 });
    const { record } = await clinic.backUp();
    expect(record).toMatchObject({ outcome: 'incomplete', problems: [{ entry: 'access_log 3' }] });
    expect(nth(record.problems, 0).ko).toContain('접속기록 3번');
  });
});

describe('an interrupted run', () => {
  test('leaves a volume without manifest and a copy without hash, which the next run drops', async () => {
    await clinic.backUp();
    for (const file of ['volumes/2026/11/20261124T0300-00002-0001.zip', 'db/20261124T0300-00002.records.sqlite']) {
      await mkdir(path.dirname(onTarget(clinic, file)), { recursive: true });
      await writeFile(onTarget(clinic, file), 'half');
    }
    expect((await clinic.backUp()).record).toMatchObject({ outcome: 'ok', run: 3 });
    expect((await filesBelow(onTarget(clinic))).filter((name) => name.includes('-00002'))).toEqual([]);
  });
});

describe('a second run at the same time', () => {
  test('refuses', async () => {
    const lock = await folderTarget(clinic.root, SITE_FOLDER).lock('the other');
    await expect(clinic.backUp()).rejects.toMatchObject({ code: 'BACKUP_RUNNING' });
    await lock.release();
    expect((await clinic.backUp()).record.outcome).toBe('ok');
  });
});

describe('a target that is not as it was left', () => {
  test('with a damaged newest manifest is told, and its files are copied again', async () => {
    await clinic.backUp();
    await clinic.add(images(2));
    const { record } = await clinic.backUp();
    const manifest = nth(record.manifests, 0);
    const text = await readFile(onTarget(clinic, manifest));
    text[10] = 0x20;
    await writeFile(onTarget(clinic, manifest), text);
    const third = (await clinic.backUp()).record;
    expect(third).toMatchObject({ outcome: 'incomplete', files: 2, problems: [{ path: manifest }] });
  });

  test('that fell behind what home remembers is told, and nothing on it is taken away', async () => {
    const { disk } = await clinic.backUp();
    await clinic.add(images(2));
    const { record } = await clinic.backUp();
    await rm(onTarget(clinic, nth(record.manifests, 0)));
    await rm(onTarget(clinic, `runs/${record.name}.json`));
    await rm(onTarget(clinic, record.copies.index?.path));
    await rm(onTarget(clinic, `${record.copies.index?.path}.sha256`));
    const remembered = { [String(disk?.targetId)]: 9 };
    const third = (await clinic.backUp({ remembered })).record;
    expect(third).toMatchObject({ outcome: 'incomplete', run: 10, files: 2, problems: [{ path: 'manifests' }] });
    expect((await filesBelow(onTarget(clinic, 'volumes'))).length).toBe(3);
  });
});
