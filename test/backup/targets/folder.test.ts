import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { writeWhole } from '../../../backup/target.ts';
import { FILE_CALLS, type FileCalls } from '../../../backup/targets/file-calls.ts';
import { folderTarget } from '../../../backup/targets/folder.ts';
import { freshFolder } from '../../support/folders.ts';
import { failingCalls, handleCalls } from '../support/failing-calls.ts';
import { targetContract } from '../target-contract.ts';

vi.setConfig({ testTimeout: 60_000 });

targetContract('a folder', async () => {
  const root = freshFolder();
  return { target: folderTarget(root, 'site'), again: () => folderTarget(root, 'site') };
});

const NAME = 'volumes/2026/11/a.zip';

describe('a folder that is not there', () => {
  test('is never made, since it may be a mount point without its disk', async () => {
    const root = path.join(freshFolder(), 'unplugged');
    const target = folderTarget(root, 'site');
    await expect(target.create(NAME)).rejects.toMatchObject({ code: 'BACKUP_TARGET_MISSING' });
    await expect(target.lock('me')).rejects.toMatchObject({ code: 'BACKUP_TARGET_MISSING' });
    await expect(fs.stat(root)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is noticed when it vanishes between two files', async () => {
    const root = freshFolder();
    const target = folderTarget(root, 'site');
    await writeWhole(target, NAME, Buffer.from('a'));
    await fs.rm(root, { recursive: true });
    await expect(target.create('volumes/2026/11/b.zip')).rejects.toMatchObject({ code: 'BACKUP_TARGET_MISSING' });
  });

  test('is noticed when another file system appears in its place', async () => {
    const root = freshFolder();
    let other = false;
    const calls: FileCalls = {
      ...FILE_CALLS,
      stat: (async (file: string) => {
        const found = await fs.stat(file);
        return other && file === root ? Object.assign(found, { dev: found.dev + 1 }) : found;
      }) as FileCalls['stat'],
    };
    const target = folderTarget(root, 'site', calls);
    await writeWhole(target, NAME, Buffer.from('a'));
    other = true;
    await expect(target.create('db/a')).rejects.toMatchObject({ code: 'BACKUP_TARGET_MISSING' });
    await expect(fs.stat(path.join(root, 'site', 'db'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a disk that lies or fails', () => {
  const bytes = Buffer.alloc(2_500_000, 7);

  test('takes few bytes at a time: the rest is offered again', async () => {
    const root = freshFolder();
    const calls = handleCalls({
      write: (handle, chunk, at, length) => handle.write(chunk, at, Math.min(length, 1000)),
    });
    const target = folderTarget(root, 'site', calls);
    await writeWhole(target, NAME, bytes.subarray(0, 50_000));
    expect((await target.read(NAME))?.length).toBe(50_000);
  });

  test('says it took bytes that it dropped: the commit is refused and nothing is seen', async () => {
    const root = freshFolder();
    const calls = handleCalls({
      write: async (handle, chunk, at, length) => {
        await handle.write(chunk, at, length - 10);
        return { bytesWritten: length, buffer: chunk };
      },
    });
    const target = folderTarget(root, 'site', calls);
    await expect(writeWhole(target, NAME, bytes)).rejects.toMatchObject({ code: 'BACKUP_VERIFY_MISMATCH' });
    expect(await fs.readdir(path.join(root, 'site', 'volumes/2026/11'))).toEqual([]);
  });

  test('cuts a file short when it is opened again: the commit is refused', async () => {
    const root = freshFolder();
    const calls: FileCalls = {
      ...FILE_CALLS,
      open: async (file, flags) => {
        if (flags === 'r' && String(file).endsWith('.part')) await fs.truncate(file, 1_000_000);
        return fs.open(file, flags);
      },
    };
    const target = folderTarget(root, 'site', calls);
    await expect(writeWhole(target, NAME, bytes)).rejects.toMatchObject({ code: 'BACKUP_VERIFY_MISMATCH' });
  });

  test.each([
    ['ENOSPC', 'BACKUP_TARGET_FULL'],
    ['EDQUOT', 'BACKUP_TARGET_FULL'],
    ['EIO', 'BACKUP_WRITE_FAILED'],
    ['EROFS', 'BACKUP_WRITE_FAILED'],
    ['EFBIG', 'BACKUP_WRITE_FAILED'],
    ['ENODEV', 'BACKUP_TARGET_MISSING'],
    ['ESTALE', 'BACKUP_TARGET_MISSING'],
  ])('%s at any call becomes %s, and no half file is seen', async (errno, code) => {
    for (let nth = 1; ; nth++) {
      const root = freshFolder();
      const calls = failingCalls(nth, errno);
      const failure = await writeWhole(folderTarget(root, 'site', calls), NAME, bytes).catch((error) => error);
      if (!calls.failed()) break;
      const seen = await fs.readFile(path.join(root, 'site', NAME)).catch(() => undefined);
      if (failure instanceof Error) expect(failure, `call ${nth}: ${calls.failed()}`).toMatchObject({ code });
      // A failed flush of the folder after the rename is told, although the file is there and whole.
      expect(seen === undefined || seen.equals(bytes), `call ${nth}: ${calls.failed()}`).toBe(true);
    }
  });
});

describe('the lock of a folder', () => {
  const lockFile = (root: string) => path.join(root, 'site', 'lock');

  test('left by a killed process of this machine is taken over at once', async () => {
    const root = freshFolder();
    await folderTarget(root, 'site').lock('killed');
    const gone = spawn('true');
    await once(gone, 'exit');
    const owner = JSON.parse(await fs.readFile(lockFile(root), 'utf8'));
    await fs.writeFile(lockFile(root), JSON.stringify({ ...owner, token: 'x', pid: gone.pid }));
    await (await folderTarget(root, 'site').lock('next')).release();
    expect(await fs.readdir(path.join(root, 'site'))).toEqual([]);
  });

  test('of another machine is respected while its heart beats, and taken over when it stopped', async () => {
    const root = freshFolder();
    await fs.mkdir(path.join(root, 'site'));
    const owner = { token: 'x', host: `not-${os.hostname()}`, pid: 1, owner: 'other', since: 'today' };
    await fs.writeFile(lockFile(root), JSON.stringify(owner));
    await expect(folderTarget(root, 'site').lock('me')).rejects.toMatchObject({ code: 'BACKUP_RUNNING' });
    const long = Date.now() / 1000 - 3600;
    await fs.utimes(lockFile(root), long, long);
    await (await folderTarget(root, 'site').lock('me')).release();
  });

  test('cut to nothing by a power cut is taken over when it is old', async () => {
    const root = freshFolder();
    await fs.mkdir(path.join(root, 'site'));
    await fs.writeFile(lockFile(root), '');
    const long = Date.now() / 1000 - 3600;
    await fs.utimes(lockFile(root), long, long);
    await (await folderTarget(root, 'site').lock('me')).release();
  });

  test('goes to one of many who come together', async () => {
    const root = freshFolder();
    const many = await Promise.allSettled(
      Array.from({ length: 12 }, () => folderTarget(root, 'site').lock('one of many')),
    );
    expect(many.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
