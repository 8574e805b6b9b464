/** Targets that fail: each file call in turn, disks that fill up, disks that vanish. Never a committed manifest over bad bytes. */
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { FILE_CALLS } from '../../backup/targets/file-calls.ts';
import { folderTarget } from '../../backup/targets/folder.ts';
import { verify } from '../../backup/verify.ts';
import { freshFolder } from '../support/folders.ts';
import { CHAOS } from './support/chaos.ts';
import { type Clinic, clinicWith, images, onTarget, SITE_FOLDER } from './support/clinic.ts';
import { filesBelow, readTarget } from './support/contents.ts';
import { failingCalls } from './support/failing-calls.ts';

vi.setConfig({ testTimeout: CHAOS ? 900_000 : 120_000, hookTimeout: 60_000 });

const LIMITS = { limits: { maxBytes: 1e9, maxEntries: 3 } };
let clinic: Clinic;

beforeAll(async () => {
  clinic = await clinicWith(8);
});
afterAll(() => clinic.archive.close());
beforeEach(() => {
  clinic.root = freshFolder();
});

const hashes = () => clinic.instances.map(({ sha256 }) => sha256).sort();

/** What the disk holds after a failure is good, and one more run completes it. */
async function expectRecovery(why: string): Promise<void> {
  // Throws when a manifest stands for a volume that is not what it says.
  await readTarget(onTarget(clinic)).catch((error) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  await endProcess();
  expect((await clinic.backUp(LIMITS)).record, why).toMatchObject({ pending: [], problems: [], outcome: 'ok' });
  const { entries } = await readTarget(onTarget(clinic));
  expect(entries.map(({ dataSetSha256 }) => dataSetSha256).sort(), why).toEqual(hashes());
  expect((await filesBelow(onTarget(clinic))).filter((name) => name.endsWith('.part'))).toEqual([]);
  expect((await verify(folderTarget(clinic.root, SITE_FOLDER))).problems, why).toEqual([]);
}

/** The process of a run is gone after it: a lock that it could not remove is then taken over at once. */
async function endProcess(): Promise<void> {
  const lock = await readFile(onTarget(clinic, 'lock'), 'utf8').catch(() => undefined);
  expect(lock, 'a lock without its owner').not.toBe('');
  await rm(onTarget(clinic, 'lock'), { force: true });
}

test('any file call may fail with any error: nothing false is committed, and the next run completes', async () => {
  const counting = failingCalls(Number.POSITIVE_INFINITY, 'EIO');
  await clinic.backUp({ ...LIMITS, target: folderTarget(clinic.root, SITE_FOLDER, counting) });
  const calls = counting.count();
  expect(calls).toBeGreaterThan(100);
  const step = CHAOS ? 1 : 11;
  const first = 1 + randomInt(step);
  console.log(`${calls} file calls in a run; failing every ${step}th from number ${first}`);
  for (let nth = first; nth <= calls; nth += step) {
    const errno = ['ENOSPC', 'EIO', 'EROFS', 'ESTALE'][nth % 4] as string;
    clinic.root = freshFolder();
    const failing = failingCalls(nth, errno);
    const target = folderTarget(clinic.root, SITE_FOLDER, failing);
    const outcome = await clinic.backUp({ ...LIMITS, target }).then(
      ({ record }) => record.outcome,
      (error) => String((error as { code: string }).code),
    );
    const why = `call ${nth}, ${failing.failed()} ${errno}: ${outcome}`;
    expect(outcome, why).toMatch(/ok|incomplete|failed|BACKUP_/);
    await expectRecovery(why);
  }
});

describe('a disk that fills up', () => {
  test('by its own account stops before the volume that does not fit, and says so', async () => {
    let free = 0;
    const calls = { ...FILE_CALLS, statfs: (async () => ({ bavail: free / 4096, bsize: 4096 })) as never };
    const target = folderTarget(clinic.root, SITE_FOLDER, calls);
    const { record } = await clinic.backUp({ ...LIMITS, target });
    expect(record).toMatchObject({ outcome: 'failed', files: 0, failure: { code: 'BACKUP_TARGET_FULL' } });
    expect(record.failure?.detail).toContain(onTarget(clinic));
    free = 1e12;
    await expectRecovery('room again');
  });

  test('for real stops cleanly, keeps what was committed, and goes on when there is room', async () => {
    const mount = tmpfs(17);
    if (mount === undefined) return;
    clinic.root = mount;
    await clinic.add(images(6, { rows: 600, columns: 600 }));
    const many = { limits: { maxBytes: 500_000, maxEntries: 100 } };
    const { record } = await clinic.backUp(many);
    expect(record).toMatchObject({ outcome: 'failed', failure: { code: 'BACKUP_TARGET_FULL' } });
    execFileSync('mount', ['-o', 'remount,size=80m', mount]);
    await expectRecovery('more room');
  });

  test('in the middle of a volume, although it promised room, leaves nothing half', async () => {
    const mount = tmpfs(2);
    if (mount === undefined) return;
    clinic.root = mount;
    const calls = { ...FILE_CALLS, statfs: (async () => ({ bavail: 1e9, bsize: 4096 })) as never };
    const { record } = await clinic.backUp({
      limits: { maxBytes: 700_000, maxEntries: 100 },
      target: folderTarget(mount, SITE_FOLDER, calls),
    });
    expect(record).toMatchObject({ outcome: 'failed', failure: { code: 'BACKUP_TARGET_FULL' } });
    expect((await filesBelow(onTarget(clinic))).filter((name) => /\.part$|lock/.test(name))).toEqual([]);
    await readTarget(onTarget(clinic));
    execFileSync('mount', ['-o', 'remount,size=80m', mount]);
    await expectRecovery('more room');
  });
});

test('a disk that is pulled in the middle of a run is told as not connected, and the next run completes', async () => {
  const away = `${clinic.root}-away`;
  let pulled = false;
  const { record } = await clinic.backUp({
    ...LIMITS,
    onProgress: () => undefined,
    onStage: ({ name }) => {
      if (name === 'volumes')
        void rename(clinic.root, away).then(() => {
          pulled = true;
        });
    },
  });
  if (!pulled) await vi.waitFor(() => expect(pulled).toBe(true), 30_000);
  expect(record).toMatchObject({ outcome: 'failed', failure: { code: 'BACKUP_TARGET_MISSING' } });
  await expect(readdir(clinic.root)).rejects.toMatchObject({ code: 'ENOENT' });
  await rename(away, clinic.root);
  await expectRecovery('plugged in again');
});

test('a read-only disk is told', async () => {
  const mount = tmpfs(30);
  if (mount === undefined) return;
  execFileSync('mount', ['-o', 'remount,ro', mount]);
  clinic.root = mount;
  await expect(clinic.backUp()).rejects.toMatchObject({
    code: 'BACKUP_WRITE_FAILED',
    detail: expect.stringContaining('EROFS'),
  });
});

/** A file system of its own in memory; undefined, with a line that says so, where we may not make one. */
function tmpfs(megabytes: number): string | undefined {
  const mount = path.join(freshFolder(), 'disk');
  try {
    execFileSync('mkdir', [mount]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', mount], { stdio: 'ignore' });
  } catch {
    console.log('skipped: a full disk needs root to mount a small tmpfs');
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', mount]));
  return mount;
}
