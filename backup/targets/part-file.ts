/**
 * One new file on a folder target: written as `.part`, flushed on the same handle, closed, opened afresh, read back and
 * compared, renamed, and its folder flushed. Shares that cut a file short when it is re-opened for writing, or that
 * report success for bytes they never kept, are caught by the reading back.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { ArchiveError } from '../../src/errors.ts';
import type { TargetWriter } from '../target.ts';
import { targetFailure } from '../target-failure.ts';
import { type FileCalls, flushFolder } from './file-calls.ts';

export const PART = '.part';
const CHUNK = 1024 * 1024;

/**
 * Opens the `.part` of a file whose folder exists.
 * @param file the absolute path under which it will be seen
 * @param where the target, for people
 */
export async function createPartFile(calls: FileCalls, file: string, where: string): Promise<TargetWriter> {
  const part = file + PART;
  const handle = await calls.open(part, 'w');
  const hash = createHash('sha256');
  let size = 0;
  let open: FileHandle | undefined = handle;

  async function close(): Promise<void> {
    const closing = open;
    open = undefined;
    await closing?.close();
  }

  return {
    async write(chunk) {
      try {
        await writeFully(handle, chunk);
      } catch (error) {
        throw targetFailure(error, where);
      }
      hash.update(chunk);
      size += chunk.length;
    },
    async commit(onRead) {
      try {
        await handle.sync();
        await close();
        const sha256 = hash.digest('hex');
        await compare(calls, part, { size, sha256 }, onRead);
        await calls.rename(part, file);
        await flushFolder(calls, path.dirname(file));
        return { size, sha256 };
      } catch (error) {
        throw targetFailure(error, where);
      }
    },
    async discard() {
      await close().catch(() => undefined);
      await calls.unlink(part).catch(() => undefined);
    },
  };
}

/** A call may take fewer bytes than offered, and may claim none at all. */
async function writeFully(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, at, chunk.length - at);
    if (bytesWritten <= 0) throw Object.assign(new Error('no byte was written'), { code: 'EIO' });
    at += bytesWritten;
  }
}

async function compare(
  calls: FileCalls,
  part: string,
  written: { size: number; sha256: string },
  onRead?: (bytes: number) => void,
): Promise<void> {
  const handle = await calls.open(part, 'r');
  const hash = createHash('sha256');
  let size = 0;
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, size);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      size += bytesRead;
      onRead?.(bytesRead);
    }
  } finally {
    await handle.close();
  }
  if (size !== written.size || hash.digest('hex') !== written.sha256) {
    throw new ArchiveError('BACKUP_VERIFY_MISMATCH', `${part}: wrote ${written.size} bytes, read back ${size}`);
  }
}
