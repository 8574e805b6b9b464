/** The next run after something went wrong: a rebuilt index, a rewritten access log, an interrupted run, a target not as it was left. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { folderTarget } from '../../backup/targets/folder.ts';
import { verifyAccessLog } from '../../src/audit/access-log.ts';
import { markIndexDamaged } from '../../src/db/database.ts';
import { openArchive, store } from '../support/archive.ts';
import { type Clinic, clinicWith, dataSets, hashes, images, onTarget, SITE_FOLDER } from './support/clinic.ts';
import { filesBelow, readTarget } from './support/contents.ts';
import { nth } from './support/plain-files.ts';

// Real flushes on a disk that others use too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let clinic: Clinic;

beforeEach(async () => {
  clinic = await clinicWith(12);
});
afterEach(() => clinic.archive.close().catch(() => undefined));

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
