import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Backup } from '../../backup/backup.ts';
import { type DiskRun, disksAfter, forecast, type KnownDisk } from '../../backup/disks.ts';
import { mountPoints } from '../../backup/find-disks.ts';
import { defaultConfig } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { freshFolder } from '../support/folders.ts';
import { type Clinic, clinicWith, images } from './support/clinic.ts';
import { nth } from './support/plain-files.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const run = (day: number, changes: Partial<DiskRun> = {}): DiskRun => ({
  ...{ targetId: 'a', folder: '/mnt/usb', at: new Date(Date.UTC(2026, 10, day)).toISOString(), good: true, run: day },
  freeBytes: 100e9,
  encrypted: false,
  ...changes,
});
const after = (...runs: DiskRun[]) => runs.reduce<KnownDisk[]>(disksAfter, []);

test('disks keep their number, and when each was last seen and last good', () => {
  const disks = after(run(1), run(2, { targetId: 'b', encrypted: true }), run(3, { good: false }));
  expect(disks).toMatchObject([
    { targetId: 'a', number: 1, lastSeen: run(3).at, lastSuccess: run(1).at, lastRun: 3, encrypted: false },
    { targetId: 'b', number: 2, lastSeen: run(2).at, lastSuccess: run(2).at, encrypted: true },
  ]);
});

test('a disk is full when its room goes on shrinking as it did', () => {
  const filled = (...room: (number | null)[]) =>
    forecast(nth(after(...room.map((freeBytes, i) => run(1 + i, { freeBytes }))), 0));
  expect(filled(100e9)).toBeNull();
  expect(filled(104e9, 102e9, 100e9)).toEqual({ bytesPerDay: 2e9, daysUntilFull: 50, fullOn: '2026-12-23' });
  expect(filled(100e9, 100e9)).toBeNull();
  expect(filled(100e9, 900e9)).toBeNull();
  expect(filled(null, null)).toBeNull();
  expect(filled(100e9, null, 0)?.daysUntilFull).toBe(0);
  expect(filled(1e12, 1e12 - 1)?.fullOn).toBe('9999-12-31');
});

let clinic: Clinic | undefined;
let backup: Backup | undefined;
afterEach(async () => {
  await backup?.stop();
  await clinic?.archive.close();
});

test('two disks that come to the same place in turn: each catches up, the one away is told with the time, an old copy is noticed', async () => {
  clinic = await clinicWith(3);
  const root = path.join(freshFolder(), 'usb');
  const drawer = freshFolder();
  const config = defaultConfig();
  config.backup.targets = [{ kind: 'folder', path: root }];
  const log = createLog({ level: 'silent' });
  backup = new Backup({ dataDir: clinic.dataDir, config, database: clinic.archive.database, log });
  const [first] = await backup.runNow();
  expect(first).toMatchObject({ outcome: 'ok', files: 3 });
  await rename(root, path.join(drawer, 'one'));
  await clinic.add(images(2));
  // The mount point of a disk is never made by a run that has been there before.
  expect(await backup.runNow()).toMatchObject([{ failure: { code: 'BACKUP_TARGET_MISSING' } }]);
  await rename(freshFolder(), root);
  expect(await backup.runNow()).toMatchObject([{ outcome: 'ok', files: 5 }]);
  const { disks } = await backup.status();
  expect(disks).toMatchObject([
    { number: 1, present: false, lastSeen: first?.startedAt, lastSuccess: first?.startedAt },
    { number: 2, present: true, forecast: null },
  ]);
  await rename(root, path.join(drawer, 'two'));
  await rename(path.join(drawer, 'one'), root);
  expect(await backup.runNow()).toMatchObject([{ outcome: 'ok', files: 2 }]);
  expect((await backup.status()).disks.map(({ present }) => present)).toEqual([true, false]);
});

test('a USB disk without a path is found by its disk.json wherever it is plugged in, and nothing else is taken for it', async () => {
  clinic = await clinicWith(2);
  const [slotA, slotB, other] = [freshFolder(), freshFolder(), freshFolder()];
  await mkdir(path.join(other, 'clinicpacs-0000000000'));
  const config = defaultConfig();
  config.backup.targets = [{ kind: 'usb', label: 'PACS' }];
  const log = createLog({ level: 'silent' });
  const { dataDir, archive } = clinic;
  const findAmong = [path.join(slotA, 'none'), other, slotA, slotB];
  backup = new Backup({ dataDir, config, database: archive.database, log, findAmong });
  expect(await backup.runNow()).toMatchObject([
    { outcome: 'failed', failure: { code: 'BACKUP_TARGET_MISSING', detail: expect.stringContaining('--target') } },
  ]);
  expect((await backup.status()).targets).toMatchObject([{ label: 'PACS', folder: null, state: 'missing' }]);
  // Registered by one run that names the place.
  const byHand = defaultConfig();
  byHand.backup.targets = [{ kind: 'folder', path: slotA }];
  const first = new Backup({ dataDir, config: byHand, database: archive.database, log });
  expect(await first.runNow()).toMatchObject([{ outcome: 'ok', files: 2 }]);
  await clinic.add(images(1));
  await rm(slotB, { recursive: true });
  await rename(slotA, slotB);
  expect(await backup.runNow()).toMatchObject([{ outcome: 'ok', files: 1, folder: slotB }]);
  expect(await backup.status()).toMatchObject({
    targets: [{ label: 'PACS', folder: slotB, state: 'ready' }],
    disks: [{ number: 1, folder: slotB, present: true }],
  });
});

test('mount points of removable disks are read from the system’s table, blanks and Hangul included', () => {
  const table =
    'proc /proc proc rw 0 0\n/dev/sdb1 /media/kim/PACS\\040백업 exfat rw 0 0\n/dev/sdc1 /mnt ext4 rw 0 0\n/dev/sda1 /mntx ext4 rw 0 0\n';
  expect(mountPoints(table)).toEqual(['/media/kim/PACS 백업', '/mnt']);
});
