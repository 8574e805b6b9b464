/** A share that does not answer: file calls that never return. FIFOs stand in for it: opening one waits for ever. */
import { execFileSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Backup, type BackupSettings } from '../../backup/backup.ts';
import { stampOf, volumePath } from '../../backup/names.ts';
import { defaultConfig } from '../../src/config/settings.ts';
import { echo } from '../../src/doors/dimse/echo-scu.ts';
import { createLog } from '../../src/log.ts';
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { freshFolder } from '../support/folders.ts';
import { images, SITE_FOLDER } from './support/clinic.ts';
import { readTarget } from './support/contents.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** A second and a half. */
const SHORT = { patienceMinutes: 0.025 };

let appliance: TestAppliance;
let root: string;
let backup: Backup;

beforeEach(async () => {
  appliance = await startTestAppliance();
  root = freshFolder();
  const { database } = appliance.archive;
  await database.write('setRecordsMeta', { key: 'site.id', value: 'test1' });
  for (const instance of images(4)) {
    const origin = {
      callingAe: 'MODALITY',
      peerAddress: '127.0.0.1',
      device: 'MODALITY@127.0.0.1',
      via: 'dimse',
    } as const;
    const reception = appliance.archive.receive.begin({ origin, ...instance });
    reception.write(instance.dataSet);
    expect(await reception.end()).toMatchObject({ kind: 'stored' });
  }
  backup = backupTo(root);
});
afterEach(async () => {
  await backup.stop();
  await appliance.dispose();
});

function backupTo(folder: string, runOptions: BackupSettings['runOptions'] = SHORT): Backup {
  const config = defaultConfig();
  config.backup.targets = [{ kind: 'nas', path: folder }];
  const { dataDir, archive } = appliance;
  return new Backup({ dataDir, config, database: archive.database, log: createLog({ level: 'silent' }), runOptions });
}

/** Puts a FIFO where the run will open a file. */
async function hangAt(name: string): Promise<void> {
  const file = path.join(root, SITE_FOLDER, name);
  await mkdir(path.dirname(file), { recursive: true });
  execFileSync('mkfifo', [file]);
}

/** C-ECHO again and again until the run is over; returns the answers. */
async function echoesDuring(run: Promise<unknown>): Promise<string[]> {
  const kinds: string[] = [];
  let over = false;
  void run.finally(() => {
    over = true;
  });
  while (!over) {
    const device = { aeTitle: 'CLINICPACS', host: '127.0.0.1', port: appliance.dicomPort };
    const settings = {
      callingAe: 'MODALITY',
      certificates: appliance.certificates,
      log: createLog({ level: 'silent' }),
    };
    kinds.push((await echo(device, settings)).kind);
  }
  return kinds;
}

describe.skipIf(process.platform === 'win32')('a target that hangs', () => {
  const now = new Date();
  // The run may begin in the next minute.
  const stamps = [now, new Date(now.getTime() + 60_000), new Date(now.getTime() + 120_000)];

  test.each([
    ['when the disk is recognised', ['disk.json']],
    ['when the lock is looked at', ['lock']],
    [
      'in the middle of a volume',
      stamps.map((at) => `${volumePath({ stamp: stampOf(at, 'Asia/Seoul'), run: 1 }, 1)}.part`),
    ],
  ])(
    '%s is told as not connected within the set time, C-ECHO is answered all the while, the next run completes',
    async (_, names) => {
      for (const name of names) await hangAt(name);
      const run = backup.runNow();
      const kinds = await echoesDuring(run);
      expect(await run).toMatchObject([
        {
          outcome: 'failed',
          failure: { code: 'BACKUP_TARGET_MISSING', detail: expect.stringContaining('응답이 없어') },
        },
      ]);
      expect(kinds.length).toBeGreaterThan(3);
      expect(new Set(kinds)).toEqual(new Set(['answered']));
      expect((await backup.status()).targets).toMatchObject([{ state: 'missing', lastSuccess: null }]);
      for (const name of names) await rm(path.join(root, SITE_FOLDER, name), { force: true });
      // With its usual patience: this machine may be busy.
      expect(await backupTo(root, {}).runNow()).toMatchObject([{ outcome: 'ok', files: 4 }]);
      expect((await readTarget(path.join(root, SITE_FOLDER))).entries).toHaveLength(4);
    },
  );

  test('holds up the stop of the appliance no longer than the grace of a stop', async () => {
    await hangAt('disk.json');
    await backup.stop();
    backup = backupTo(root, { patienceMinutes: 60, stopGraceMs: 500 });
    let begun = false;
    const run = backup.runNow();
    await vi.waitFor(async () => expect((await backup.status()).running).toBeDefined(), 30_000);
    begun = true;
    await backup.stop();
    expect(begun).toBe(true);
    expect(await run).toMatchObject([{ outcome: 'failed' }]);
  });
});
