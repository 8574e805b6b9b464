import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
/** A holder that is alive touches its lock; after this long without a touch it is taken for dead (a reused pid). */
const STALE_AFTER_MS = 60_000;
const POLL_MS = 300;

/** Does `work` while no other process holds the lock file at `path`. The lock of a process that died is taken over. */
export async function withLock(path, work) {
  await mkdir(dirname(path), { recursive: true });
  let told = false;
  while (!(await tryLock(path))) {
    if (!told) console.error('… 다른 창에서 설치 중입니다. 기다립니다. · Set-up is running elsewhere, waiting.');
    told = true;
    await delay(POLL_MS);
  }
  const heartbeat = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}

async function tryLock(path) {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (await isAbandoned(path)) await rm(path, { force: true });
    return false;
  }
  // Two waiters may remove the same dead lock, the slower one removing the faster one's fresh lock: look again.
  await delay(50);
  return (await readFile(path, 'utf8').catch(() => '')) === String(process.pid);
}

async function isAbandoned(path) {
  const [pid, info] = await Promise.all([readFile(path, 'utf8').catch(() => ''), stat(path).catch(() => undefined)]);
  if (info === undefined) return false;
  const age = Date.now() - info.mtimeMs;
  if (pid === '') return age > HEARTBEAT_MS;
  return !isAlive(Number(pid)) || age > STALE_AFTER_MS;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
