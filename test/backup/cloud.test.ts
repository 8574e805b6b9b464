/** Backups in an S3-compatible store as the appliance makes them: what may go there, what fails there, and the way back. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Backup, type BackupSettings } from '../../backup/backup.ts';
import { type Bucket, placeOf } from '../../backup/cloud.ts';
import { identitiesOf } from '../../backup/encryption/key-ring.ts';
import { openForReading } from '../../backup/encryption/target-keys.ts';
import { findSite } from '../../backup/find-site.ts';
import { restore } from '../../backup/restore.ts';
import { verify } from '../../backup/verify.ts';
import { parseConfig } from '../../src/config/load.ts';
import { createLog } from '../../src/log.ts';
import { freshFolder } from '../support/folders.ts';
import { type Clinic, clinicWith, images } from './support/clinic.ts';
import { openS3Line } from './support/s3-line.ts';
import { HAS_S3, type S3Server, startS3Server } from './support/s3-server.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const DRILL = path.join(import.meta.dirname, '..', '..', 'src', 'commands', 'drill-worker.ts');

let server: S3Server;
let clinic: Clinic;
let bucket: Bucket;
let backup: Backup;

beforeAll(async () => {
  if (!HAS_S3) return;
  server = await startS3Server();
  clinic = await clinicWith(0);
  await clinic.add(images(8, { rows: 300, columns: 300 }));
});
afterAll(async () => {
  await clinic?.archive.close();
  await server?.close();
});
beforeEach(async () => {
  if (!HAS_S3) return;
  bucket = server.freshBucket();
  backup = await appliance({ bucket });
});

interface Setting {
  bucket: Bucket;
  allowed?: { endpoint: string; region: string }[];
  runOptions?: BackupSettings['runOptions'];
}

/** The backup of an appliance with a bucket for its only target. */
async function appliance({ bucket, allowed = [bucket], runOptions }: Setting): Promise<Backup> {
  const allowedClouds = allowed.map(({ endpoint, region }) => ({ endpoint, region }));
  const text = JSON.stringify({ backup: { targets: [{ kind: 's3', ...bucket }], allowedClouds } });
  const { dataDir, archive } = clinic;
  await writeFile(path.join(dataDir, 'config.json'), text);
  const made = new Backup({
    ...{ dataDir, config: parseConfig(text, 'test'), database: archive.database, drillProgram: DRILL },
    log: createLog({ level: 'silent' }),
    ...(runOptions && { runOptions }),
  });
  onTestFinished(() => made.stop());
  return made;
}

async function encrypt(): Promise<string> {
  const { clinicKeyFile, recoverySheet } = await backup.makeKeys();
  const keys = [...new Set(recoverySheet.replace(/<[^>]*>|\s/g, '').match(/AGE-SECRET-KEY-1[0-9A-Z]{58}/g))];
  for (const key of keys) await backup.confirmKeys(key.slice(-6)).catch(() => undefined);
  const file = path.join(freshFolder(), 'key.txt');
  await writeFile(file, clinicKeyFile);
  return file;
}

const site = () => findSite(placeOf(bucket), parseConfigOf());
const parseConfigOf = () =>
  parseConfig(
    JSON.stringify({
      backup: {
        targets: [{ kind: 's3', ...bucket }],
        allowedClouds: [{ endpoint: bucket.endpoint, region: bucket.region }],
      },
    }),
    'test',
  ).backup;

describe.skipIf(!HAS_S3)('a cloud for the only target', () => {
  test('gets nothing while backups are not encrypted', async () => {
    const [run] = await backup.runNow();
    expect(run).toMatchObject({ outcome: 'failed', failure: { code: 'BACKUP_CLOUD_NOT_ENCRYPTED' } });
    await expect(site()).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  test('gets nothing while config.json does not allow its address and region', async () => {
    const line = await openS3Line(server.endpoint);
    const there = { ...bucket, endpoint: line.url };
    await encrypt();
    for (const allowed of [
      [],
      [{ ...there, region: 'us-east-1' }],
      [{ ...there, endpoint: 'https://s3.example.com' }],
    ]) {
      const [run] = await (await appliance({ bucket: there, allowed })).runNow();
      expect(run).toMatchObject({ outcome: 'failed', failure: { code: 'BACKUP_CLOUD_NOT_ALLOWED' } });
    }
    expect(line.asked).toEqual([]);
  });

  test('is backed up to, drilled, verified, looked into, put back from and restored from', async () => {
    const keyFile = await encrypt();
    const [run] = await backup.runNow('night');
    expect(run).toMatchObject({ outcome: 'ok', files: clinic.instances.length, folder: placeOf(bucket) });
    const status = await backup.status();
    expect(status).toMatchObject({
      green: true,
      targets: [{ kind: 's3', region: bucket.region, ownDisk: true, lastDrill: { good: true } }],
    });
    expect(JSON.stringify(status)).not.toContain(bucket.secretAccessKey);

    const sealed = await site();
    const inTheClear = (await sealed.list('')).filter((name) => !name.endsWith('.age'));
    expect(inTheClear.filter((name) => !/^(canary\/|disk\.json|README|restore|tools)/.test(name))).toEqual([]);
    const target = await openForReading(sealed, await identitiesOf(keyFile, undefined));
    expect(await verify(target)).toMatchObject({ problems: [], pending: [], files: clinic.instances.length });

    expect((await backup.look(placeOf(bucket), 'P-1')).length).toBeGreaterThan(0);
    const { path: lost } = await anImage(target);
    const before = await readFile(path.join(clinic.dataDir, lost));
    await writeFile(path.join(clinic.dataDir, lost), 'damaged');
    expect(await backup.putBack(placeOf(bucket), { patient: 'P-1' })).toMatchObject({ putBack: 1 });
    expect((await readFile(path.join(clinic.dataDir, lost))).equals(before)).toBe(true);

    const restored = freshFolder();
    const result = await restore({ target, dataDir: path.join(restored, 'data') });
    expect(result).toMatchObject({ files: clinic.instances.length, problems: [] });
    expect((await readFile(path.join(restored, 'data', lost))).equals(before)).toBe(true);

    const [again] = await backup.runNow();
    expect(again).toMatchObject({ outcome: 'ok', files: 0 });
  });

  async function anImage(target: Awaited<ReturnType<typeof site>>) {
    const [manifest = ''] = await target.list('manifests');
    const lines = String(await target.read(manifest)).split('\n');
    return JSON.parse(String(lines[0])) as { path: string };
  }
});

describe.skipIf(!HAS_S3)('a cloud that fails in mid-run', () => {
  async function throughLine(runOptions: BackupSettings['runOptions'] = {}) {
    const line = await openS3Line(server.endpoint);
    backup = await appliance({ bucket: { ...bucket, endpoint: line.url }, runOptions });
    await encrypt();
    return line;
  }

  /** Nothing false is committed, and a run without faults completes. */
  async function expectRecovery() {
    backup = await appliance({ bucket });
    const [run] = await backup.runNow();
    expect(run).toMatchObject({ outcome: 'ok', pending: [], problems: [] });
    const target = await openForReading(await site(), await identitiesOf(undefined, clinic.dataDir));
    expect(await verify(target)).toMatchObject({ problems: [], pending: [], files: clinic.instances.length });
  }

  const VOLUME = /\/volumes\/.*\.zip\.age/;

  test.each([
    ['full', { status: 507, code: 'InsufficientStorage' }, 'BACKUP_TARGET_FULL'],
    ['busy all the while', { status: 503, code: 'SlowDown' }, 'BACKUP_CLOUD_UNREACHABLE'],
    ['changing what it keeps', { body: (bytes: Buffer) => bytes.fill(0, 0, 1) }, 'BACKUP_VERIFY_MISMATCH'],
    ['gone', 'cut', 'BACKUP_CLOUD_UNREACHABLE'],
  ] as const)('%s: it is told, and the next run completes', async (_, fault, code) => {
    const line = await throughLine();
    const method = code === 'BACKUP_VERIFY_MISMATCH' ? 'GET' : 'PUT';
    line.fault = (asked, url) => (asked === method && VOLUME.test(url) ? fault : undefined);
    const [run] = await backup.runNow();
    expect(run).toMatchObject({ outcome: 'failed', failure: { code } });
    line.fault = () => undefined;
    const committed = (await (await site()).list('manifests')).length;
    expect(committed).toBe(0);
    await expectRecovery();
  });

  test('silent: the watchdog ends it', async () => {
    const line = await throughLine({ patienceMinutes: 0.05 });
    line.fault = (asked, url) => (asked === 'PUT' && VOLUME.test(url) ? 'silence' : undefined);
    const [run] = await backup.runNow();
    expect(run).toMatchObject({ outcome: 'failed', failure: { code: 'BACKUP_TARGET_MISSING' } });
    await expectRecovery();
  });
});
