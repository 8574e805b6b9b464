import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Bucket } from '../../../backup/cloud.ts';
import { writeWhole } from '../../../backup/target.ts';
import { s3Target } from '../../../backup/targets/s3.ts';
import { S3Client } from '../../../backup/targets/s3-client.ts';
import { textOf } from '../../../backup/targets/s3-xml.ts';
import { type Fault, openS3Line } from '../support/s3-line.ts';
import { HAS_S3, type S3Server, signed, startS3Server } from '../support/s3-server.ts';
import { targetContract } from '../target-contract.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** No waiting between tries. */
const QUICK = { silenceMs: 20_000, pausesMs: [0, 0] };
const NAME = 'volumes/2026/11/a.zip';

let server: S3Server;
beforeAll(async () => {
  if (HAS_S3) server = await startS3Server();
});
afterAll(() => server?.close());

const site = (bucket: Bucket) => s3Target(bucket, 'site', QUICK);

/** A target behind a line that a test can spoil, and one that goes past it. */
async function spoilt() {
  const line = await openS3Line(server.endpoint);
  const bucket = server.freshBucket();
  return { line, target: site({ ...bucket, endpoint: line.url }), direct: site(bucket) };
}

describe.skipIf(!HAS_S3)('an S3-compatible store', () => {
  targetContract('a bucket', async () => {
    const bucket = server.freshBucket();
    return { target: site(bucket), again: () => site(bucket) };
  });

  test('keeps clinics and folders apart', async () => {
    const bucket = server.freshBucket();
    await writeWhole(s3Target(bucket, 'one'), 'db/a', Buffer.from('1'));
    await writeWhole(s3Target(bucket, 'one-more'), 'db/a', Buffer.from('2'));
    expect(await s3Target(bucket, 'one').list('')).toEqual(['db/a']);
    expect(await s3Target({ ...bucket, prefix: '' }, `${bucket.prefix}/one`).list('db')).toEqual(['db/a']);
  });

  test('lists more than one answer holds', async () => {
    const bucket = server.freshBucket();
    const client = new S3Client(bucket, 'site');
    const names = Array.from({ length: 1005 }, (_, i) => `db/${String(i).padStart(4, '0')}`);
    const put = (name: string) => client.ask({ method: 'PUT', key: client.keyOf(name), body: Buffer.from(name) });
    for (let at = 0; at < names.length; at += 50) await Promise.all(names.slice(at, at + 50).map(put));
    expect(await site(bucket).list('db')).toEqual(names);
  });

  test('takes large objects in parts and gives back any range of them', async () => {
    const { target, line } = await spoilt();
    const bytes = randomBytes(20_000_000);
    const writer = await target.create(NAME);
    for (let at = 0; at < bytes.length; at += 1_000_003) await writer.write(bytes.subarray(at, at + 1_000_003));
    await writer.commit();
    expect(line.asked.filter((ask) => /^PUT .*partNumber=/.test(ask))).toHaveLength(3);
    const reader = await target.open(NAME);
    for (const [at, length] of [
      [19_999_990, 100],
      [5, 3],
      [8_000_000, 9_000_000],
      [0, 1],
    ] as const) {
      const into = Buffer.alloc(length);
      const read = (await reader?.read(into, at)) ?? 0;
      expect(into.subarray(0, read).equals(bytes.subarray(at, at + length))).toBe(true);
    }
  });

  test('an object that came meanwhile is not overwritten', async () => {
    const { target, direct } = await spoilt();
    const writer = await target.create('manifests/a');
    await writer.write(Buffer.from('ours'));
    await writeWhole(direct, 'manifests/a', Buffer.from('theirs'));
    await expect(writer.commit()).rejects.toMatchObject({ code: 'BACKUP_WRITE_FAILED' });
    await writer.discard();
    expect(String(await direct.read('manifests/a'))).toBe('theirs');
  });
});

describe.skipIf(!HAS_S3)('a store or a line that fails', () => {
  const small = Buffer.from('small');
  const large = randomBytes(8_400_000);

  test.each([
    ['busy', { status: 503, code: 'SlowDown' }],
    ['broken for a moment', { status: 500, code: 'InternalError' }],
    ['cut off', 'cut'],
    ['cut off before the answer', 'loseAnswer'],
  ] as [string, Fault][])('%s at any request, once: all is written all the same', async (_, fault) => {
    for (const bytes of fault === 'loseAnswer' ? [small, large] : [small]) {
      for (let at = 1; ; at++) {
        const { target, line, direct } = await spoilt();
        line.fault = (_method, _path, count) => (count === at ? fault : undefined);
        await writeWhole(target, NAME, bytes);
        expect((await direct.read(NAME))?.equals(bytes)).toBe(true);
        if (line.asked.length < at) break;
      }
    }
  });

  test.each([
    ['no room', { status: 507, code: 'InsufficientStorage' }, 'BACKUP_TARGET_FULL'],
    ['a full quota', { status: 403, code: 'QuotaExceeded' }, 'BACKUP_TARGET_FULL'],
    ['refused keys', { status: 403, code: 'InvalidAccessKeyId' }, 'BACKUP_CLOUD_KEY'],
    ['a wrong signature', { status: 403, code: 'SignatureDoesNotMatch' }, 'BACKUP_CLOUD_KEY'],
    ['a wrong clock', { status: 403, code: 'RequestTimeTooSkewed' }, 'BACKUP_CLOUD_CLOCK'],
    ['another region', { status: 301, code: 'PermanentRedirect' }, 'BACKUP_CLOUD_BUCKET'],
    ['no bucket', { status: 404, code: 'NoSuchBucket' }, 'BACKUP_CLOUD_BUCKET'],
    ['busy for long', { status: 503, code: 'SlowDown' }, 'BACKUP_CLOUD_UNREACHABLE'],
    ['a dead line', 'cut', 'BACKUP_CLOUD_UNREACHABLE'],
  ] as [string, Fault, string][])(
    '%s from any request on is told, and no half object is seen',
    async (_, fault, code) => {
      for (const bytes of fault === 'cut' ? [small, large] : [small]) {
        for (let at = 1; ; at++) {
          const { target, line, direct } = await spoilt();
          // An answer to HEAD has no body that could say why.
          line.fault = (method, _path, count) => (count >= at && method !== 'HEAD' ? fault : undefined);
          const failure = await writeWhole(target, NAME, bytes).catch((error: unknown) => error);
          if (!(failure instanceof Error)) break;
          expect(failure, `request ${at}: ${line.asked[at - 1]}`).toMatchObject({ code });
          const seen = await direct.read(NAME);
          expect(seen === undefined || seen.equals(bytes), `request ${at}`).toBe(true);
        }
      }
    },
  );

  test('silence ends after the set time', async () => {
    const line = await openS3Line(server.endpoint);
    line.fault = () => 'silence';
    const bucket = { ...server.freshBucket(), endpoint: line.url };
    const target = s3Target(bucket, 'site', { silenceMs: 200, pausesMs: [0] });
    await expect(target.list('')).rejects.toMatchObject({ code: 'BACKUP_CLOUD_UNREACHABLE' });
    expect(line.asked).toHaveLength(2);
  });

  test.each([
    ['other bytes', { body: (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 1)) }],
    ['fewer bytes', { body: (bytes: Buffer) => bytes.subarray(1) }],
  ])('%s when it is read back: the commit is refused and nothing is seen', async (_, fault) => {
    for (const bytes of [small, large]) {
      const { target, line, direct } = await spoilt();
      // Stores differ in what they say of an upload that is completed.
      line.fault = (method, url) => {
        if (method === 'DELETE' && url.includes('uploadId')) return { status: 501, code: 'NotImplemented' };
        return method === 'GET' ? fault : undefined;
      };
      await expect(writeWhole(target, NAME, bytes)).rejects.toMatchObject({ code: 'BACKUP_VERIFY_MISMATCH' });
      expect(await direct.list('')).toEqual([]);
    }
  });

  test('an answer that breaks off is asked for again, and told when it always does', async () => {
    const { target, line, direct } = await spoilt();
    await writeWhole(direct, NAME, large);
    let cuts = 0;
    line.fault = (method) => (method === 'GET' && cuts++ === 0 ? { cutAfter: 1000 } : undefined);
    const reader = await target.open(NAME);
    const into = Buffer.alloc(100_000);
    expect(await reader?.read(into, 0)).toBe(100_000);
    expect(into.equals(large.subarray(0, 100_000))).toBe(true);
    line.fault = (method) => (method === 'GET' ? { cutAfter: 1000 } : undefined);
    await expect(reader?.read(into, 5_000_000)).rejects.toMatchObject({ code: 'BACKUP_CLOUD_UNREACHABLE' });
  });

  test('nothing is sent where a redirect points to', async () => {
    const { target, line } = await spoilt();
    line.fault = () => ({ status: 307, code: 'TemporaryRedirect' });
    await expect(target.read('disk.json')).rejects.toMatchObject({ code: 'BACKUP_CLOUD_BUCKET' });
    expect(line.asked).toHaveLength(1);
  });

  test('an address where nobody listens, and a bucket that is not there, are told', async () => {
    const bucket = server.freshBucket();
    const nobody = site({ ...bucket, endpoint: 'http://127.0.0.1:1' });
    await expect(nobody.lock('me')).rejects.toMatchObject({ code: 'BACKUP_CLOUD_UNREACHABLE' });
    const none = site({ ...bucket, bucket: `none-${Date.now()}` });
    await expect(none.lock('me')).rejects.toMatchObject({ code: 'BACKUP_CLOUD_BUCKET' });
  });
});

test.skipIf(!HAS_S3 || process.env.CLINICPACS_S3)(
  'keys that the store does not know, or that are wrong, are told',
  async () => {
    // After these four requests moto asks everybody for a signature.
    const strict = await startS3Server({ INITIAL_NO_AUTH_ACTION_COUNT: '4' });
    onTestFinished(() => strict.close());
    const bucket = strict.freshBucket();
    const iam = async (action: string) =>
      (
        await signed(bucket, {
          method: 'POST',
          path: '/',
          service: 'iam',
          body: `${action}&UserName=pacs&Version=2010-05-08`,
        })
      ).text();
    await iam('Action=CreateUser');
    const made = await iam('Action=CreateAccessKey');
    const [accessKeyId = '', secretAccessKey = ''] = [textOf(made, 'AccessKeyId'), textOf(made, 'SecretAccessKey')];
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
    await iam(`Action=PutUserPolicy&PolicyName=all&PolicyDocument=${encodeURIComponent(JSON.stringify(policy))}`);
    const right = { ...bucket, accessKeyId, secretAccessKey };
    await writeWhole(site(right), NAME, Buffer.from('x'));
    for (const wrong of [{ accessKeyId: 'AKIANOBODY' }, { secretAccessKey: 'wrong' }]) {
      await expect(site({ ...right, ...wrong }).lock('me')).rejects.toMatchObject({ code: 'BACKUP_CLOUD_KEY' });
    }
  },
);

describe.skipIf(!HAS_S3)('the lock of a bucket', () => {
  test('goes to one of many who come together, or to none', async () => {
    const bucket = server.freshBucket();
    const many = await Promise.allSettled(Array.from({ length: 8 }, () => site(bucket).lock('one of many')));
    const held = many.filter(({ status }) => status === 'fulfilled');
    expect(held.length).toBeLessThanOrEqual(1);
    for (const lock of many) if (lock.status === 'fulfilled') await lock.value.release();
    await (await site(bucket).lock('after them')).release();
  });

  test('left by a killed process of this machine is taken over at once', async () => {
    const { target, line, direct } = await spoilt();
    await direct.lock('killed');
    // The answer as it would be if that process had been another one, which is gone.
    line.fault = (method, path) =>
      method === 'GET' && path.includes('/lock-')
        ? { body: (bytes) => Buffer.from(String(bytes).replace(/"pid":\d+/, '"pid":999999999')) }
        : undefined;
    await (await target.lock('next')).release();
  });
});
