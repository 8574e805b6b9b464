/**
 * A store of another maker that speaks S3: moto's server (`pip install 'moto[server]'`, Debian `python3-moto`), started on
 * loopback. `CLINICPACS_S3=https://host/bucket/folder`, with keys and region as `namedBucket` reads them, names another one,
 * in which a folder of its own is made and left behind.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { AwsV4Signer } from 'aws4fetch';
import { vi } from 'vitest';
import { type Bucket, namedBucket } from '../../../backup/cloud.ts';
import { programOnPath } from '../../support/programs.ts';

export interface S3Server {
  /** A folder that nobody used before. */
  freshBucket(endpoint?: string): Bucket;
  endpoint: string;
  close(): Promise<void>;
}

const MOTO = process.env.CLINICPACS_S3 ? undefined : programOnPath('moto_server', 'moto (S3)');
export const HAS_S3 = process.env.CLINICPACS_S3 !== undefined || MOTO !== undefined;
const KEYS = { accessKeyId: 'AKIATESTTESTTESTTEST', secretAccessKey: 'secret/of+tests' };
const NAMES = { bucket: 'clinic-backup', region: 'ap-northeast-2' };

export async function startS3Server(environment: NodeJS.ProcessEnv = {}): Promise<S3Server> {
  const named = process.env.CLINICPACS_S3;
  if (named !== undefined) {
    const bucket = namedBucket(named);
    return serverOf(bucket.endpoint, bucket, async () => undefined);
  }
  const port = await freePort();
  const child = spawn(String(MOTO), ['-H', '127.0.0.1', '-p', String(port)], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const bucket = { endpoint, ...NAMES, ...KEYS, prefix: '' };
  const location = `<CreateBucketConfiguration><LocationConstraint>${NAMES.region}</LocationConstraint></CreateBucketConfiguration>`;
  const made = async () => {
    const answer = await signed(bucket, { method: 'PUT', path: `/${NAMES.bucket}`, body: location, service: 's3' });
    if (!answer.ok && answer.status !== 409) throw new Error(await answer.text());
  };
  await vi.waitFor(made, { timeout: 30_000, interval: 100 });
  return serverOf(endpoint, bucket, () => end(child));
}

function serverOf(endpoint: string, bucket: Bucket, close: () => Promise<void>): S3Server {
  const folder = () => [bucket.prefix, randomUUID()].filter((part) => part !== '').join('/');
  return { endpoint, close, freshBucket: (through = endpoint) => ({ ...bucket, endpoint: through, prefix: folder() }) };
}

interface Call {
  method: string;
  path: string;
  body?: string;
  service: string;
}

/** For what our own client never asks: making buckets and users. */
export async function signed(keys: Bucket, { method, path, body = '', service }: Call): Promise<Response> {
  const { endpoint, region, accessKeyId, secretAccessKey } = keys;
  const request = await new AwsV4Signer({
    ...{ method, url: `${endpoint}${path}`, body, service, region, accessKeyId, secretAccessKey },
    headers: service === 'iam' ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
  }).sign();
  return fetch(request.url, { method, headers: request.headers, ...(body && { body }) });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
