/** Malware that encrypts files, over the store or over the backup: no run writes anything on it, and staff hears why. */
import { createCipheriv, randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Backup, type BackupSettings } from '../../backup/backup.ts';
import { defaultConfig } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { freshFolder } from '../support/folders.ts';
import { type Clinic, clinicWith, images } from './support/clinic.ts';
import { filesBelow } from './support/contents.ts';
import { nth, sha256 } from './support/plain-files.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let clinic: Clinic;
let backup: Backup;

beforeEach(async () => {
  clinic = await clinicWith(12);
  backup = backupTo([clinic.root]);
  await backup.runNow();
});
afterEach(async () => {
  await backup.stop();
  await clinic.archive.close();
});

function backupTo(folders: string[], options: Partial<BackupSettings> = {}): Backup {
  const config = defaultConfig();
  config.backup.targets = folders.map((folder) => ({ kind: 'folder', path: folder }));
  const log = createLog({ level: 'silent' });
  return new Backup({ dataDir: clinic.dataDir, config, database: clinic.archive.database, log, ...options });
}

/** A toy encryptor: AES over whole files in place, as malware does it; `rename` gives them another ending too. */
async function encrypt(folder: string, files: readonly string[], ending = ''): Promise<void> {
  for (const name of files) {
    const file = path.join(folder, name);
    const cipher = createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16));
    await writeFile(file, Buffer.concat([cipher.update(await readFile(file)), cipher.final()]));
    if (ending !== '') await rename(file, file + ending);
  }
}

async function fingerprint(folder: string): Promise<Record<string, string>> {
  const files = await filesBelow(folder);
  return Object.fromEntries(
    await Promise.all(files.map(async (name) => [name, sha256(await readFile(path.join(folder, name)))])),
  );
}

const storedImages = async () => {
  const names = await filesBelow(path.join(clinic.dataDir, 'images'));
  const sizes = await Promise.all(names.map(async (name) => (await readFile(imagePath(name))).length));
  return names.filter((_, i) => (sizes[i] ?? 0) > 0);
};
const imagePath = (name: string) => path.join(clinic.dataDir, 'images', name);

describe('over the store', () => {
  test('the next run alarms before it writes anything; earlier generations stay byte for byte', async () => {
    await clinic.add(images(5));
    await encrypt(path.join(clinic.dataDir, 'images'), await storedImages());
    const before = await fingerprint(clinic.root);
    const [summary] = await backup.runNow();
    expect(summary).toMatchObject({ outcome: 'failed', files: 0, failure: { code: 'BACKUP_ALARM' } });
    expect(summary?.failure?.ko).toContain('랜섬웨어');
    expect(await fingerprint(clinic.root)).toEqual(before);
    const { alarm, green } = await backup.status();
    expect(green).toBe(false);
    expect(alarm).toMatchObject({ acknowledged: null, sampled: 17, changed: 17 });
    expect(alarm?.reasons.map(({ ko }) => ko).join(' ')).toContain('DICOM');
    expect(alarm?.reasons.map(({ en }) => en).join(' ')).toContain('DICOM');
  });

  test('files that lost their names count as much', async () => {
    await encrypt(path.join(clinic.dataDir, 'images'), (await storedImages()).slice(0, 4), '.locked');
    expect((await backup.runNow())[0]?.failure?.code).toBe('BACKUP_ALARM');
    expect((await backup.status()).alarm).toMatchObject({ changed: 4 });
  });

  test('an encryptor that spares the beginning of files is found by their hashes', async () => {
    for (const name of await storedImages()) {
      const bytes = await readFile(imagePath(name));
      randomBytes(200).copy(bytes, bytes.length - 200);
      await writeFile(imagePath(name), bytes);
    }
    expect((await backup.runNow())[0]?.failure?.code).toBe('BACKUP_ALARM');
  });

  test('a single rotten image is damage and no alarm', async () => {
    await writeFile(imagePath(nth(await storedImages(), 3)), 'rot');
    expect((await backup.runNow())[0]).toMatchObject({ outcome: 'ok' });
    expect((await backup.status()).alarm).toBeNull();
  });

  test('one changed canary is enough, and so is one that was taken away', async () => {
    const canaries = (await filesBelow(clinic.dataDir)).filter((name) => name.startsWith('canary/'));
    expect(canaries.length).toBeGreaterThanOrEqual(3);
    const file = path.join(clinic.dataDir, nth(canaries, 0));
    const bytes = await readFile(file);
    await encrypt(clinic.dataDir, [nth(canaries, 0)]);
    expect((await backup.runNow())[0]?.failure?.code).toBe('BACKUP_ALARM');
    await writeFile(file, bytes);
    await acknowledge();
    expect((await backup.runNow())[0]?.outcome).toBe('ok');
    await rm(file);
    expect((await backup.runNow())[0]?.failure?.code).toBe('BACKUP_ALARM');
  });
});

describe('over the backup', () => {
  test.each(['', '.locked'])('nothing is written on it any more (new ending %j)', async (ending) => {
    await encrypt(clinic.root, await filesBelow(clinic.root), ending);
    const before = await fingerprint(clinic.root);
    expect((await backup.runNow())[0]?.failure?.code).toBe('BACKUP_ALARM');
    expect(await fingerprint(clinic.root)).toEqual(before);
  });

  test('volumes alone are enough where there are some', async () => {
    for (let i = 0; i < 3; i++) {
      await clinic.add(images(1));
      await backup.runNow();
    }
    const volumes = (await filesBelow(clinic.root)).filter((name) => name.endsWith('.zip'));
    await encrypt(clinic.root, volumes.slice(0, 3));
    expect((await backup.runNow())[0]?.failure?.code).toBe('BACKUP_ALARM');
  });

  test('one changed canary on it is enough', async () => {
    const canary = (await filesBelow(clinic.root)).find((name) => name.includes('/canary/'));
    await encrypt(clinic.root, [String(canary)]);
    await clinic.add(images(1));
    expect((await backup.runNow())[0]?.failure?.code).toBe('BACKUP_ALARM');
    const { alarm } = await backup.status();
    expect(alarm?.reasons[0]?.path).toContain('canary/');
  });
});

async function acknowledge(): Promise<void> {
  const { alarm } = await backup.status();
  await backup.acknowledgeAlarm(String(alarm?.id), 'kim');
}

describe('until somebody has looked', () => {
  beforeEach(async () => {
    await encrypt(path.join(clinic.dataDir, 'images'), (await storedImages()).slice(0, 6));
    await backup.runNow();
  });

  test('no run begins, on any target, whatever it would find', async () => {
    const other = freshFolder();
    backup = backupTo([other, clinic.root]);
    const codes = (await backup.runNow()).map(({ failure }) => failure?.code);
    expect(codes).toEqual(['BACKUP_ALARM', 'BACKUP_ALARM']);
    expect(await filesBelow(other)).toEqual([]);
  });

  test('after that runs go on; what was seen then is not told again, more of it is', async () => {
    await acknowledge();
    expect((await backup.status()).alarm).toMatchObject({ acknowledged: { who: 'kim' } });
    expect((await backup.runNow())[0]?.outcome).toBe('ok');
    expect((await backup.status()).alarm).toBeNull();
    await encrypt(path.join(clinic.dataDir, 'images'), (await storedImages()).slice(0, 12));
    expect((await backup.runNow())[0]?.failure?.code).toBe('BACKUP_ALARM');
  });

  test('an acknowledgement of another alarm is none', async () => {
    await expect(backup.acknowledgeAlarm('x', 'kim')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await backup.runNow())[0]?.failure?.code).toBe('BACKUP_ALARM');
  });
});
