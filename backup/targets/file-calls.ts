/** The file calls a folder target makes, in one place so that tests can let each of them fail. */
import fs from 'node:fs/promises';
import path from 'node:path';

export type FileCalls = Pick<
  typeof fs,
  'mkdir' | 'open' | 'readdir' | 'readFile' | 'rename' | 'stat' | 'statfs' | 'unlink'
>;

export const FILE_CALLS: FileCalls = fs;

/** Codes with which systems and shares say that a folder cannot be flushed; renaming is then as durable as they offer. */
const NO_FOLDER_FLUSH = ['EINVAL', 'EPERM', 'EACCES', 'EISDIR', 'ENOTSUP', 'EBADF', 'ENOSYS'];

/** Flushes a folder, so that names made or changed in it survive a power cut. Does nothing where a system has no such call. */
export async function flushFolder(calls: FileCalls, folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await calls.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NO_FOLDER_FLUSH.includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

/** Makes a folder below `root`, which must exist, flushing each parent that got a new name. */
export async function makeFolder(calls: FileCalls, root: string, folder: string): Promise<void> {
  let at = root;
  for (const name of path.relative(root, folder).split(path.sep).filter(Boolean)) {
    const next = path.join(at, name);
    try {
      await calls.mkdir(next);
      await flushFolder(calls, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    at = next;
  }
}

/** Is there nothing by that name? Any other failure is thrown. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code));
}
