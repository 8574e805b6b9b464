/** One appliance per data folder. The lock is a local socket, so the system gives it back whatever ends the process. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ArchiveError } from '../errors.ts';

/**
 * Takes the lock of a data folder until the returned function is called.
 * @throws ArchiveError START_REFUSED when another process holds it
 */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(refused(dataDir, cause)));
    server.listen(addressOf(dataDir), resolve);
  });
  return () => new Promise((resolve) => server.close(() => resolve()));
}

function addressOf(dataDir: string): string {
  const name = `clinicpacs-${createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 32)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  // The abstract namespace of Linux leaves no file behind.
  return process.platform === 'linux' ? `\0${name}` : join(dataDir, 'appliance.sock');
}

function refused(dataDir: string, cause: NodeJS.ErrnoException): ArchiveError {
  const detail =
    cause.code === 'EADDRINUSE'
      ? `데이터 폴더 ${dataDir} 을(를) 다른 PACS 프로그램이 쓰고 있습니다. 이미 실행 중인지 확인해 주세요. / ` +
        `The data folder ${dataDir} is in use by another running PACS. Please check whether it runs already.`
      : `데이터 폴더 ${dataDir} 을(를) 잠글 수 없습니다 (${cause.code}). / The data folder ${dataDir} cannot be locked (${cause.code}).`;
  return new ArchiveError('START_REFUSED', detail, { cause });
}
