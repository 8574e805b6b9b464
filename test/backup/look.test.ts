/** A look into a backup, and single patients, studies and images out of it: from the target alone, or back into their places. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Backup } from '../../backup/backup.ts';
import { findSite } from '../../backup/find-site.ts';
import { studiesOn } from '../../backup/look.ts';
import { restore } from '../../backup/restore.ts';
import { defaultConfig } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { freshFolder } from '../support/folders.ts';
import { type Clinic, clinicWith } from './support/clinic.ts';
import { filesBelow } from './support/contents.ts';
import { nth } from './support/plain-files.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let clinic: Clinic;
let backup: Backup;

beforeEach(async () => {
  // Studies of five images each, in turn of patients P-1 and P-2.
  clinic = await clinicWith(13);
  const config = defaultConfig();
  config.backup.targets = [{ kind: 'folder', path: clinic.root }];
  const log = createLog({ level: 'silent' });
  backup = new Backup({ dataDir: clinic.dataDir, config, database: clinic.archive.database, log });
  expect((await backup.runNow())[0]?.outcome).toBe('ok');
});
afterEach(async () => {
  await backup.stop();
  await clinic.archive.close();
});

test('shows the studies of a backup by patient, name and study, and changes nothing on it', async () => {
  const before = await filesBelow(clinic.root);
  const target = await findSite(clinic.root);
  const { studyInstanceUid } = nth(clinic.instances, 0);
  expect(await studiesOn(target, '')).toHaveLength(3);
  expect((await studiesOn(target, 'P-1')).map(({ instances }) => instances).sort()).toEqual([3, 5]);
  expect((await studiesOn(target, '철수')).map(({ patientId }) => patientId)).toEqual(['P-2']);
  expect(await studiesOn(target, studyInstanceUid)).toMatchObject([
    { studyInstanceUid, patientId: 'P-1', instances: 5 },
  ]);
  expect(await studiesOn(target, 'nobody')).toEqual([]);
  expect((await backup.look(clinic.root, 'P-2')).map(({ patientId }) => patientId)).toEqual(['P-2']);
  await expect(backup.look(freshFolder(), '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await filesBelow(clinic.root)).toEqual(before);
});

test('one patient, one study, one image come out of a target alone', async () => {
  const target = await findSite(clinic.root);
  const { studyInstanceUid, sopInstanceUid } = nth(clinic.instances, 5);
  for (const [wanted, files] of [
    [{ patient: 'P-1' }, 8],
    [{ study: studyInstanceUid }, 5],
    [{ instance: sopInstanceUid }, 1],
  ] as const) {
    const dataDir = path.join(freshFolder(), 'new');
    expect(await restore({ target, dataDir, ...wanted })).toMatchObject({ files, problems: [] });
    const back = await filesBelow(dataDir);
    expect(back).toHaveLength(files);
    for (const name of back) {
      const [a, b] = await Promise.all([dataDir, clinic.dataDir].map((dir) => readFile(path.join(dir, name))));
      expect(a?.equals(b as Buffer)).toBe(true);
    }
  }
  for (const wanted of [{ patient: 'P-9' }, { study: '1.2.3' }, { instance: studyInstanceUid.slice(0, -1) }]) {
    const dataDir = path.join(freshFolder(), 'none');
    await expect(restore({ target, dataDir, ...wanted })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
});

test('what is gone or damaged at home is put back into its place, and what is whole is left alone', async () => {
  const { studyInstanceUid, sopInstanceUid } = nth(clinic.instances, 0);
  const files = await clinic.archive.retrieve.instances({ studyInstanceUid });
  const [gone = '', damaged = ''] = files.map(({ fileId }) => clinic.archive.store.pathOf(fileId));
  const before = await Promise.all([gone, damaged].map((file) => readFile(file)));
  await rm(gone);
  await writeFile(damaged, 'rot');
  const result = await backup.putBack(clinic.root, { study: studyInstanceUid });
  expect(result).toEqual({ files: 5, whole: 3, putBack: 2, notInIndex: 0, problems: [] });
  expect(await Promise.all([gone, damaged].map((file) => readFile(file)))).toEqual(before);
  const kept = (await filesBelow(path.dirname(damaged))).filter((name) => name.includes('.damaged-'));
  expect(kept).toHaveLength(1);
  expect(await backup.putBack(clinic.root, { instance: sopInstanceUid })).toMatchObject({ files: 1, whole: 1 });
  await expect(backup.putBack(clinic.root, { patient: 'P-9' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await filesBelow(clinic.dataDir)).filter((name) => name.startsWith('tmp/'))).toEqual([]);
});
