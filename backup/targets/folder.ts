/** A target in a folder: a plain one, the mount point of a USB disk, or a mounted share. */
import path from 'node:path';
import { ArchiveError } from '../../src/errors.ts';
import type { Target, TargetReader } from '../target.ts';
import { targetFailure } from '../target-failure.ts';
import { FILE_CALLS, type FileCalls, isAbsent, makeFolder } from './file-calls.ts';
import { lockFolder } from './folder-lock.ts';
import { createPartFile, PART } from './part-file.ts';

/** Room left alone, so that a full disk still takes the small files which say that it is full. */
const RESERVE_BYTES = 16 * 1024 * 1024;

/** Files of the lock and of leftovers are nobody's backup. */
const NOT_OURS = /(^|\/)lock(-[0-9a-f-]+)?$|\.part$/;

/**
 * @param root a folder that exists, for example `/mnt/usb`: never made by us, since a mount point without its disk
 *   would quietly fill the system's own disk
 * @param site the folder in it that is all ours
 */
export function folderTarget(root: string, site: string, calls: FileCalls = FILE_CALLS): Target {
  const base = path.join(root, site);
  const at = (relative: string) => path.join(base, ...relative.split('/'));

  async function guarded<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw targetFailure(error, base);
    }
  }

  let device: number | undefined;

  /**
   * Makes a folder, after looking whether the disk is still the one of the first look: a stick may be pulled between
   * two calls, and its empty mount point must not be filled in its stead.
   */
  async function ready(folder: string): Promise<void> {
    const { dev } = await calls.stat(root);
    device ??= dev;
    if (dev !== device) throw new ArchiveError('BACKUP_TARGET_MISSING', base);
    await makeFolder(calls, root, folder);
  }

  return {
    where: base,
    list: (folder) =>
      guarded(async () => (await walk(calls, at(folder), folder)).filter((name) => !NOT_OURS.test(name)).sort()),
    read: (file) => guarded(() => orUndefined(() => calls.readFile(at(file)))),
    open: (file) => guarded(() => orUndefined(() => openReader(calls, at(file), base))),
    create: (file, options) =>
      guarded(async () => {
        await ready(path.dirname(at(file)));
        if (!options?.replace && (await orUndefined(() => calls.stat(at(file))))) {
          throw new ArchiveError('BACKUP_WRITE_FAILED', `${at(file)}: 이미 있는 파일입니다. The file exists already.`);
        }
        return createPartFile(calls, at(file), base);
      }),
    remove: (file) => guarded(() => calls.unlink(at(file))),
    dropUnfinished: () =>
      guarded(async () => {
        for (const file of await walk(calls, base, '')) if (file.endsWith(PART)) await calls.unlink(at(file));
      }),
    freeBytes: () =>
      guarded(async () => {
        const room = await calls.statfs(root);
        return Math.max(0, Number(room.bavail) * Number(room.bsize) - RESERVE_BYTES);
      }),
    lock: (owner) =>
      guarded(async () => {
        await ready(base);
        return lockFolder(calls, base, owner);
      }),
  };
}

async function orUndefined<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** All files below a folder, as paths that start with `prefix`. */
async function walk(calls: FileCalls, folder: string, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of (await orUndefined(() => calls.readdir(folder, { withFileTypes: true }))) ?? []) {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await walk(calls, path.join(folder, entry.name), name)));
    else if (entry.isFile()) found.push(name);
  }
  return found;
}

async function openReader(calls: FileCalls, file: string, where: string): Promise<TargetReader> {
  const handle = await calls.open(file, 'r');
  const { size } = await handle.stat();
  return {
    size,
    async read(into, position) {
      try {
        let filled = 0;
        while (filled < into.length) {
          const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return filled;
      } catch (error) {
        throw targetFailure(error, where);
      }
    },
    close: () => handle.close(),
  };
}
