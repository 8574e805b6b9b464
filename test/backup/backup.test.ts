/** The backup as the appliance has it: by hand, at night, and what the page is told. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Backup, type BackupSettings } from '../../backup/backup.ts';
import { RestoreJournal, refuseUnfinishedRestore } from '../../backup/restore-journal.ts';
import { defaultConfig } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { openArchive } from '../support/archive.ts';
import { freshFolder } from '../support/folders.ts';
import { type Clinic, clinicWith, images } from './support/clinic.ts';
import { nth } from './support/plain-files.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let clinic: Clinic;
let backup: Backup;

beforeEach(async () => {
  clinic = await clinicWith(5);
  backup = backupTo([clinic.root]);
});
afterEach(async () => {
  await backup.stop();
  await clinic.archive.close();
});

function backupTo(folders: string[], options: Partial<BackupSettings> = {}): Backup {
  const config = defaultConfig();
  config.backup.targets = folders.map((path) => ({ kind: 'usb', path, label: '백업1' }));
  const log = createLog({ level: 'silent' });
  return new Backup({ dataDir: clinic.dataDir, config, database: clinic.archive.database, log, ...options });
}

test('before the first run nothing is known, and nothing is told to be safe', async () => {
  expect(await backup.status()).toMatchObject({
    lastRun: null,
    lastSuccess: null,
    runs: [],
    targets: [{ kind: 'usb', label: '백업1', folder: clinic.root, state: 'ready', lastSuccess: null }],
  });
});

test('a run by hand tells how far it is while it runs, and is remembered after', async () => {
  const run = backup.runNow();
  await vi.waitFor(async () => expect((await backup.status()).running).toMatchObject({ folder: clinic.root }), 30_000);
  const [summary] = await run;
  expect(summary).toMatchObject({ trigger: 'hand', outcome: 'ok', files: 5, folder: clinic.root });
  const status = await backup.status();
  expect(status.running).toBeUndefined();
  expect(status.lastRun).toEqual(summary);
  expect(status.lastSuccess).toBe(summary?.startedAt);
  expect(status.runs).toEqual([summary]);
});

test('what is remembered survives a restart and the loss of the index', async () => {
  await backup.runNow();
  const before = await backup.status();
  await clinic.archive.close();
  await rm(path.join(clinic.dataDir, 'index.sqlite'));
  clinic.archive = await openArchive(clinic.dataDir);
  await clinic.archive.rebuilt();
  backup = backupTo([clinic.root]);
  expect(await backup.status()).toEqual(before);
  expect(nth(await backup.runNow(), 0)).toMatchObject({ outcome: 'ok', files: 0 });
});

test('a second run by hand is refused while one is under way', async () => {
  const run = backup.runNow();
  await expect(backup.runNow()).rejects.toMatchObject({ code: 'BACKUP_RUNNING' });
  await run;
});

test('without a target a run is refused with what to do', async () => {
  await expect(backupTo([]).runNow()).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
    detail: expect.stringContaining('backup.targets'),
  });
});

test('one target that is away keeps no other from its backup, and is told', async () => {
  const away = path.join(freshFolder(), 'away');
  backup = backupTo([away, clinic.root]);
  const summaries = await backup.runNow();
  expect(summaries.map(({ outcome }) => outcome)).toEqual(['failed', 'ok']);
  expect(summaries[0]?.failure).toMatchObject({
    code: 'BACKUP_TARGET_MISSING',
    ko: '백업 장치가 연결되어 있지 않습니다.',
  });
  const { targets, lastSuccess } = await backup.status();
  expect(targets.map(({ state }) => state)).toEqual(['missing', 'ready']);
  expect(lastSuccess).toBe(summaries[1]?.startedAt);
});

test('an image that cannot be copied is told in a sentence, and the run is no success', async () => {
  const { fileId } = nth(
    await clinic.archive.retrieve.instances({ sopInstanceUid: nth(clinic.instances, 1).sopInstanceUid }),
    0,
  );
  await rm(clinic.archive.store.pathOf(fileId));
  const [summary] = await backup.runNow();
  expect(summary).toMatchObject({
    outcome: 'incomplete',
    files: 4,
    failure: { ko: expect.stringContaining('영상 1개') },
  });
  expect(summary?.pending).toEqual([expect.stringContaining('(missing)')]);
  expect((await backup.status()).lastSuccess).toBeNull();
});

describe('at night', () => {
  test('a missed night is made up after the start, and then not again', async () => {
    backup = backupTo([clinic.root], { makeUpAfterMs: 1 });
    await backup.start();
    await vi.waitFor(
      async () => expect((await backup.status()).lastRun).toMatchObject({ trigger: 'missed', outcome: 'ok' }),
      30_000,
    );
    await backup.stop();
    const again = backupTo([clinic.root], { makeUpAfterMs: 1 });
    await again.start();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const status = await again.status();
    expect([status.runs.length, status.running]).toEqual([1, undefined]);
    expect(Date.parse(String(status.nextRun))).toBeGreaterThan(Date.now());
    await again.stop();
  });

  test('an appliance that stops in the middle of a run waits for its orderly end', async () => {
    await clinic.add(images(40, { rows: 300, columns: 300 }));
    const run = backup.runNow();
    await vi.waitFor(async () => expect((await backup.status()).running).toBeDefined(), 30_000);
    await backup.stop();
    const [summary] = await run;
    expect(['ok', 'failed']).toContain(summary?.outcome);
    backup = backupTo([clinic.root]);
    expect(nth(await backup.runNow(), 0).outcome).toBe('ok');
  });

  test('without targets there is no clock', async () => {
    const none = backupTo([]);
    await none.start();
    expect((await none.status()).nextRun).toBeNull();
    await none.stop();
  });
});

test('an appliance does not start on a folder whose restore was interrupted', async () => {
  const dataDir = freshFolder();
  await refuseUnfinishedRestore(dataDir);
  const journal = await RestoreJournal.open(dataDir, 'a backup');
  await expect(refuseUnfinishedRestore(dataDir)).rejects.toMatchObject({
    code: 'START_REFUSED',
    detail: expect.stringContaining('npm run restore'),
  });
  await journal.finish();
  await refuseUnfinishedRestore(dataDir);
});
