/** Encrypted backups: Debian's age opens what we write and we open what it writes; nothing on the disk tells of a patient. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Backup, type BackupSettings } from '../../backup/backup.ts';
import { ageTarget } from '../../backup/encryption/age-target.ts';
import { DRILL_KEY, identitiesIn } from '../../backup/encryption/key-ring.ts';
import { openForReading } from '../../backup/encryption/target-keys.ts';
import { findSite } from '../../backup/find-site.ts';
import { restore } from '../../backup/restore.ts';
import { writeWhole } from '../../backup/target.ts';
import { folderTarget } from '../../backup/targets/folder.ts';
import { defaultConfig } from '../../src/config/settings.ts';
import { createLog } from '../../src/log.ts';
import { freshFolder } from '../support/folders.ts';
import { type Clinic, clinicWith, images } from './support/clinic.ts';
import { filesBelow } from './support/contents.ts';
import { nth, sha256 } from './support/plain-files.ts';
import { targetContract } from './target-contract.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const ROOT = path.join(import.meta.dirname, '..', '..');
const PROGRAM = path.join(ROOT, 'src', 'commands', 'drill-worker.ts');
const haveAge = spawnSync('age', ['--version']).status === 0;
const haveTools = haveAge && ['unzip', 'sha256sum'].every((tool) => spawnSync(tool, ['--help']).error === undefined);
const withAge = describe.runIf(haveAge);
if (!haveAge) console.log('skipped: age is not installed (apt-get install age)');

const identity = await generateX25519Identity();
const recipients = [await identityToRecipient(identity), await identityToRecipient(await generateX25519Identity())];
const keys = { recipients, identities: [identity] };

targetContract('an encrypted folder', async () => {
  const root = freshFolder();
  const again = () => ageTarget(folderTarget(root, 'site'), keys);
  return { target: again(), again };
});

const SIZES = [0, 1, 65_535, 65_536, 65_537, 131_072, 3_000_001];
const NAME = 'volumes/2026/11/a.zip';

withAge("Debian's age", () => {
  test.each(SIZES)('opens a file of %i bytes that we wrote', async (size) => {
    const [root, bytes] = [freshFolder(), randomBytes(size)];
    const writer = await ageTarget(folderTarget(root, 'site'), keys).create(NAME);
    for (let at = 0; at < size; at += 70_000) await writer.write(bytes.subarray(at, at + 70_000));
    expect(await writer.commit()).toEqual({ size, sha256: sha256(bytes) });
    await writeFile(path.join(root, 'key.txt'), `${identity}\n`);
    const args = ['-d', '-i', path.join(root, 'key.txt'), path.join(root, 'site', `${NAME}.age`)];
    expect(execFileSync('age', args, { maxBuffer: 1e8 }).equals(bytes)).toBe(true);
  });

  test.each(SIZES)('writes a file of %i bytes that we open, whole and in ranges', async (size) => {
    const [root, bytes] = [freshFolder(), randomBytes(size)];
    await mkdir(path.join(root, 'site', 'volumes/2026/11'), { recursive: true });
    const to = path.join(root, 'site', `${NAME}.age`);
    execFileSync('age', ['-r', String(recipients[0]), '-r', String(recipients[1]), '-o', to], { input: bytes });
    const target = ageTarget(folderTarget(root, 'site'), keys);
    expect((await target.read(NAME))?.equals(bytes)).toBe(true);
    const reader = await target.open(NAME);
    for (const [from, length] of [
      [0, 1],
      [65_530, 20],
      [65_536, 65_536],
      [Math.max(0, size - 5), 50],
      [1000, 2_000_000],
    ] as const) {
      const into = Buffer.alloc(length);
      const read = Number(await reader?.read(into, from));
      expect(into.subarray(0, read).equals(bytes.subarray(from, from + length))).toBe(true);
    }
    await reader?.close();
  });
});

test('a flipped bit, a piece that is missing and a cut are told, wherever they are', async () => {
  const root = freshFolder();
  const target = ageTarget(folderTarget(root, 'site'), keys);
  await writeWhole(target, NAME, randomBytes(200_000));
  const file = path.join(root, 'site', `${NAME}.age`);
  const good = await readFile(file);
  const readWhole = async () => {
    const reader = await target.open(NAME);
    try {
      return await reader?.read(Buffer.alloc(200_000), 0);
    } finally {
      await reader?.close();
    }
  };
  expect(await readWhole()).toBe(200_000);
  for (const at of [30, 120, 400, 70_000, good.length - 1]) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ 1;
    await writeFile(file, bad);
    await expect(readWhole()).rejects.toMatchObject({ code: 'BACKUP_VERIFY_MISMATCH' });
  }
  for (const bad of [
    good.subarray(0, good.length - 1),
    good.subarray(0, good.length - 70_000),
    Buffer.concat([good.subarray(0, 1000), good.subarray(1000 + 65_552)]),
  ]) {
    await writeFile(file, bad);
    await expect(readWhole()).rejects.toMatchObject({ code: 'BACKUP_VERIFY_MISMATCH' });
  }
});

describe('a clinic that encrypts its backups', () => {
  let clinic: Clinic;
  let backup: Backup;
  let paperKey: string;
  let clinicKey: string;

  function backupTo(folders: string[], options: Partial<BackupSettings> = {}): Backup {
    const config = defaultConfig();
    config.backup.targets = folders.map((folder) => ({ kind: 'folder', path: folder }));
    const log = createLog({ level: 'silent' });
    const settings = { dataDir: clinic.dataDir, config, database: clinic.archive.database, log };
    return new Backup({ ...settings, drillProgram: PROGRAM, ...options });
  }

  async function encrypts(): Promise<void> {
    const { clinicKeyFile, recoverySheet } = await backup.makeKeys();
    clinicKey = nth(identitiesIn(clinicKeyFile), 0);
    paperKey = nth(identitiesIn(recoverySheet.replace(/<\/?span>/g, '')), 0);
    await backup.confirmKeys(paperKey.slice(-6).toLowerCase());
  }

  beforeEach(async () => {
    clinic = await clinicWith(7);
    await mkdir(path.join(clinic.dataDir, 'certificates'), { recursive: true });
    await writeFile(path.join(clinic.dataDir, 'config.json'), '{}');
    await writeFile(path.join(clinic.dataDir, 'certificates', 'authority.pem'), 'PRIVATE KEY of the authority');
    backup = backupTo([clinic.root]);
  });
  afterEach(async () => {
    await backup.stop();
    await clinic.archive.close();
  });

  const site = async () => path.join(clinic.root, nth(nth(await filesBelow(clinic.root), 0).split('/'), 0));
  const keyFile = async (text: string) => {
    const file = path.join(freshFolder(), 'key.txt');
    await writeFile(file, text);
    return file;
  };

  test('encrypts nothing before somebody has shown that the paper key was kept', async () => {
    expect((await backup.status()).encryption.state).toBe('off');
    await backup.makeKeys();
    expect((await backup.status()).encryption.state).toBe('waiting');
    await expect(backup.confirmKeys('not it')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect((await backup.runNow())[0]?.outcome).toBe('ok');
    expect((await filesBelow(clinic.root)).filter((name) => name.endsWith('.age'))).toEqual([]);
  });

  test('keeps neither key at home, and nothing on the disk tells of a patient or opens anything', async () => {
    await encrypts();
    expect((await backup.runNow())[0]).toMatchObject({ outcome: 'ok', files: 7 });
    await clinic.archive.close();
    const home = await filesBelow(clinic.dataDir);
    for (const name of home) {
      const text = (await readFile(path.join(clinic.dataDir, name))).toString('latin1');
      expect([name, text.includes(clinicKey), text.includes(paperKey)]).toEqual([name, false, false]);
    }
    expect((await stat(path.join(clinic.dataDir, DRILL_KEY))).mode & 0o777).toBe(0o600);
    const { studyInstanceUid, sopInstanceUid } = nth(clinic.instances, 0);
    const secrets = ['Gildong', '홍^길동', studyInstanceUid, sopInstanceUid, 'PRIVATE KEY', 'AGE-SECRET'];
    for (const name of await filesBelow(clinic.root)) {
      const bytes = await readFile(path.join(clinic.root, name));
      if (name.includes('/canary/') || /restore.mjs|README.txt/.test(name)) continue;
      for (const secret of [...secrets, 'SQLite format 3'])
        expect([name, secret, bytes.includes(secret)]).toEqual([name, secret, false]);
    }
  });

  test('is backed up again and again, verified and drilled like any other', async () => {
    await encrypts();
    await backup.runNow('night');
    await clinic.add(images(3));
    const [second] = await backup.runNow('night');
    expect(second).toMatchObject({ outcome: 'ok', files: 3 });
    expect((await backup.runNow())[0]).toMatchObject({ outcome: 'ok', files: 0 });
    expect(await backup.status()).toMatchObject({ green: true, encryption: { state: 'on' } });
    const base = await site();
    const volume = nth(
      (await filesBelow(base)).filter((name) => name.endsWith('.zip.age')),
      0,
    );
    const bytes = await readFile(path.join(base, volume));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(path.join(base, volume), bytes);
    await backup.runNow('night');
    const drill = (await backup.status()).targets[0]?.lastDrill;
    expect(drill?.good).toBe(false);
    expect(drill?.problems.join(' ')).toContain(volume.replace(/\.age$/, ''));
  });

  test('comes back by the clinic key and by the paper key, with certificates and drill key; by no other', async () => {
    await encrypts();
    await backup.runNow();
    const drillKey = await readFile(path.join(clinic.dataDir, DRILL_KEY), 'utf8');
    for (const key of [clinicKey, paperKey]) {
      const dataDir = path.join(freshFolder(), 'new');
      const result = await restore({ target: await openForReading(await findSite(clinic.root), [key]), dataDir });
      expect(result).toMatchObject({ files: 7, index: 'restored' });
      expect(await readFile(path.join(dataDir, DRILL_KEY), 'utf8')).toBe(drillKey);
      const authority = path.join(dataDir, 'certificates', 'authority.pem');
      expect(await readFile(authority, 'utf8')).toContain('authority');
      expect((await stat(authority)).mode & 0o777).toBe(0o600);
      expect((await filesBelow(dataDir)).includes('keys.json')).toBe(false);
    }
    for (const wrong of [[], [await generateX25519Identity()]]) {
      await expect(openForReading(await findSite(clinic.root), wrong)).rejects.toMatchObject({
        code: 'BACKUP_KEY_NEEDED',
      });
    }
  });

  test('refuses a disk that was begun without, and goes on with an encrypted one when it is turned off', async () => {
    await backup.runNow();
    await encrypts();
    expect((await backup.runNow())[0]?.failure?.code).toBe('BACKUP_NOT_ENCRYPTED');
    const other = freshFolder();
    backup = backupTo([other]);
    expect((await backup.runNow())[0]?.outcome).toBe('ok');
    await backup.stopEncryption();
    await clinic.add(images(1));
    expect((await backup.runNow())[0]).toMatchObject({ outcome: 'ok', files: 1 });
    expect((await filesBelow(other)).filter((name) => name.endsWith('.zip.age'))).toHaveLength(2);
    expect((await filesBelow(other)).filter((name) => name.endsWith('.zip'))).toEqual([]);
  });

  test('without its drill key the next run says so and writes nothing in the clear', async () => {
    await encrypts();
    await backup.runNow();
    await rm(path.join(clinic.dataDir, DRILL_KEY));
    await clinic.add(images(1));
    expect((await backup.runNow())[0]?.failure?.code).toBe('BACKUP_KEY_NEEDED');
    expect((await filesBelow(clinic.root)).filter((name) => name.endsWith('.zip'))).toEqual([]);
  });

  test('comes back by the script on the disk and Node.js alone', async () => {
    await encrypts();
    await backup.runNow();
    const script = path.join(await site(), 'restore.mjs');
    const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
    const to = path.join(freshFolder(), 'new');
    expect(run(to).stderr).toContain('--key');
    const wrong = run(to, '--key', await keyFile(await generateX25519Identity()));
    expect([wrong.status, wrong.stderr.includes('열쇠로 열 수 없')]).toEqual([1, true]);
    const good = run(to, '--key', await keyFile(`# paper\n${paperKey}\n`));
    expect(good.stdout).toContain('파일 7개를 복구했습니다');
    expect([good.status, good.stderr]).toEqual([0, '']);
    const files = await filesBelow(to);
    expect(files.filter((name) => name.endsWith('.dcm'))).toHaveLength(7);
    for (const name of files.filter((file) => file.startsWith('images/'))) {
      expect((await readFile(path.join(to, name))).equals(await readFile(path.join(clinic.dataDir, name)))).toBe(true);
    }
    expect(files.filter((name) => !name.startsWith('images/'))).toEqual(['config.json', 'records.sqlite']);
  });

  test.runIf(haveTools)('comes back by age, unzip and sha256sum alone, as the README says', async () => {
    await encrypts();
    await backup.runNow();
    const readme = await readFile(path.join(ROOT, 'backup', 'README.md'), 'utf8');
    const commands = (name: string) => readme.split(`\`\`\`sh\n# by-hand: ${name}\n`)[1]?.split('```')[0] ?? 'false';
    const [PLAIN, NEW] = [path.join(freshFolder(), 'plain'), path.join(freshFolder(), 'new')];
    const sh = (text: string, env: Record<string, string>) =>
      spawnSync('sh', ['-c', `set -e\n${text}`], { encoding: 'utf8', env: { PATH: String(process.env.PATH), ...env } });
    const decrypted = sh(commands('decrypt'), { BACKUP: await site(), PLAIN, KEY: await keyFile(clinicKey) });
    expect([decrypted.status, decrypted.stderr]).toEqual([0, '']);
    const restored = sh(commands('restore'), { BACKUP: PLAIN, NEW });
    expect([restored.status, restored.stderr + restored.stdout]).toEqual([0, '']);
    const wanted = (await filesBelow(path.join(clinic.dataDir, 'images'))).filter((name) => name.endsWith('.dcm'));
    const back = await filesBelow(path.join(NEW, 'images'));
    expect(back).toHaveLength(7);
    for (const name of back) {
      expect(wanted).toContain(name);
      const [a, b] = await Promise.all([NEW, clinic.dataDir].map((dir) => readFile(path.join(dir, 'images', name))));
      expect(a?.equals(b as Buffer)).toBe(true);
    }
  });
});
