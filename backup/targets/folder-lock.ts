/**
 * One run at a time in a folder: a file made with O_EXCL that its owner touches every few seconds. A run that was killed
 * leaves the file behind; it is taken over when its process is gone from this machine, or when its heartbeat has
 * stopped. Times are compared with the time the same disk gives to a new file, so two clocks never matter.
 */
import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ArchiveError } from '../../src/errors.ts';
import { processLives } from '../process-lives.ts';
import type { TargetLock } from '../target.ts';
import { type FileCalls, isAbsent } from './file-calls.ts';

interface Owner {
  token: string;
  host: string;
  pid: number;
  owner: string;
  since: string;
}

const HEARTBEAT_MS = 5_000;
const DEAD_AFTER_MS = 120_000;
/** A lock without its owner's name is being made this very moment, or was left by a power cut. */
const HALF_MADE_MS = 10_000;

/**
 * Takes the lock of a folder.
 * @param owner for people: who runs
 * @throws ArchiveError BACKUP_RUNNING while another run lives
 */
export async function lockFolder(calls: FileCalls, folder: string, owner: string): Promise<TargetLock> {
  const file = path.join(folder, 'lock');
  const me: Owner = {
    token: randomUUID(),
    host: os.hostname(),
    pid: process.pid,
    owner,
    since: new Date().toISOString(),
  };
  if (!(await tryCreate(calls, file, me))) {
    await takeOver(calls, file, me.token);
    if (!(await tryCreate(calls, file, me))) throw new ArchiveError('BACKUP_RUNNING', folder);
  }
  const beat = setInterval(() => void touch(calls, file, me), HEARTBEAT_MS);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      const now = await readOwner(calls, file).catch(() => undefined);
      if (now?.token === me.token) await calls.unlink(file).catch(() => undefined);
    },
  };
}

async function tryCreate(calls: FileCalls, file: string, me: Owner): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await calls.open(file, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    await handle.writeFile(JSON.stringify(me));
    // A power cut must not leave an empty lock, which nobody may take over for a while.
    await handle.sync();
    await handle.close();
    return true;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await calls.unlink(file).catch(() => undefined);
    throw error;
  }
}

/** Moves a dead owner's file aside; the move is what decides between two who both found it dead. */
async function takeOver(calls: FileCalls, file: string, token: string): Promise<void> {
  const found = await readOwner(calls, file);
  if (await isAlive(calls, file, found)) {
    throw new ArchiveError('BACKUP_RUNNING', found ? `${found.owner}, ${found.host}, ${found.since}` : file);
  }
  const aside = `${file}-${token}`;
  try {
    await calls.rename(file, aside);
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  const moved = await readOwner(calls, aside);
  if (moved?.token === found?.token) return calls.unlink(aside);
  await calls.rename(aside, file);
  throw new ArchiveError('BACKUP_RUNNING', file);
}

async function isAlive(calls: FileCalls, file: string, found: Owner | undefined): Promise<boolean> {
  if (found?.host === os.hostname() && !processLives(found.pid)) return false;
  const probe = `${file}-${randomUUID()}`;
  const handle = await calls.open(probe, 'wx');
  await handle.close();
  try {
    const [now, beat] = [await calls.stat(probe), await calls.stat(file)];
    return now.mtimeMs - beat.mtimeMs < (found ? DEAD_AFTER_MS : HALF_MADE_MS);
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  } finally {
    await calls.unlink(probe).catch(() => undefined);
  }
}

async function readOwner(calls: FileCalls, file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await calls.readFile(file, 'utf8')) as Owner;
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The heartbeat. A failure is left to the run itself, which meets the same disk at its next write. */
async function touch(calls: FileCalls, file: string, me: Owner): Promise<void> {
  try {
    const now = await readOwner(calls, file);
    if (now?.token !== me.token) return;
    const handle = await calls.open(file, 'r+');
    try {
      await handle.writeFile(JSON.stringify(me));
    } finally {
      await handle.close();
    }
  } catch {
    // see above
  }
}
