/**
 * One run at a time in a bucket: everybody puts a lock of his own, then looks whether there is another that lives, and goes
 * away again if so. Of two who come at the same moment none may get in, never both. It needs nothing of the store but that a list shows
 * what was put before (S3 and its followers do): conditional requests, which would let exactly one in, are ignored in
 * silence by stores that do not know them. A lock whose heartbeat has stopped, by the store's own clock, is taken over.
 */
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { ArchiveError } from '../../src/errors.ts';
import { processLives } from '../process-lives.ts';
import type { TargetLock } from '../target.ts';
import type { S3Client } from './s3-client.ts';
import { listObjects, type StoredObject } from './s3-list.ts';

export const LOCK = 'lock-';

interface Owner {
  host: string;
  pid: number;
  owner: string;
  since: string;
}

const HEARTBEAT_MS = 60_000;
const DEAD_AFTER_MS = 300_000;

/** @throws ArchiveError BACKUP_RUNNING while another run lives */
export async function lockBucket(client: S3Client, owner: string): Promise<TargetLock> {
  const mine = `${LOCK}${randomUUID()}`;
  const key = client.keyOf(mine);
  const me: Owner = { host: os.hostname(), pid: process.pid, owner, since: new Date().toISOString() };
  const put = () => client.ask({ method: 'PUT', key, body: Buffer.from(JSON.stringify(me)) });
  const remove = () => client.ask({ method: 'DELETE', key, accept: [404] }).catch(() => undefined);
  await put();
  try {
    await clearOthers(client, mine);
  } catch (error) {
    await remove();
    throw error;
  }
  // A heartbeat that fails is left to the run itself, which meets the same line.
  const beat = setInterval(() => void put().catch(() => undefined), HEARTBEAT_MS);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      await remove();
    },
  };
}

async function clearOthers(client: S3Client, mine: string): Promise<void> {
  const { objects, now } = await listObjects(client, LOCK);
  for (const object of objects) {
    if (object.path === mine) continue;
    const found = await readOwner(client, object.path);
    if (isAlive(found, object, now)) throw running(client, found);
    await client.ask({ method: 'DELETE', key: client.keyOf(object.path), accept: [404] });
  }
}

function isAlive(found: Owner | undefined, { modified }: StoredObject, now: Date): boolean {
  if (found?.host === os.hostname() && !processLives(found.pid)) return false;
  return now.getTime() - modified.getTime() < DEAD_AFTER_MS;
}

async function readOwner(client: S3Client, path: string): Promise<Owner | undefined> {
  const { status, body } = await client.ask({ method: 'GET', key: client.keyOf(path), accept: [404] });
  if (status === 404) return undefined;
  try {
    return JSON.parse(body.toString('utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function running(client: S3Client, found: Owner | undefined): ArchiveError {
  return new ArchiveError('BACKUP_RUNNING', found ? `${found.owner}, ${found.host}, ${found.since}` : client.where);
}
