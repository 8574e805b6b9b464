/** config.json of a data folder as bytes: read, replaced in one step, and told from a half that a power cut left. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError } from '../errors.ts';

export const CONFIG_FILE = 'config.json';

/** The last version that was whole and right. */
export const LAST_GOOD_FILE = 'config.json.last-good';

/** Makes the folder where there is none. Undefined: there is no such file. */
export async function readText(dataDir: string, name: string): Promise<string | undefined> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return await readFile(join(dataDir, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(dataDir, error);
  }
}

/**
 * Replaces a file: a power cut leaves the old one or the new one, never a half.
 * @throws ArchiveError STORAGE_FULL; START_REFUSED when the folder cannot be written
 */
export async function replaceText(dataDir: string, name: string, text: string): Promise<void> {
  const temporary = join(dataDir, `${name}.new`);
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(dataDir, name));
    await flushNames(dataDir);
  } catch (error) {
    await rm(temporary, { force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new ArchiveError('STORAGE_FULL', name);
    throw unusable(dataDir, error);
  }
}

/**
 * Was this text cut by a power failure, rather than written by a person? Nothing, bytes of zero (what a file system
 * leaves where it had no time to write), or the beginning of the last good version.
 */
export function isCut(text: string, lastGood: string): boolean {
  if (text.trim() === '' || text.includes('\0')) return true;
  return text.length < lastGood.trimEnd().length && lastGood.startsWith(text);
}

/** Windows cannot flush a folder. */
async function flushNames(dataDir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(dataDir, 'r');
  await handle.sync().finally(() => handle.close());
}

function unusable(dataDir: string, cause: unknown): ArchiveError {
  const { code } = cause as NodeJS.ErrnoException;
  const detail =
    `데이터 폴더 ${dataDir} 을(를) 쓸 수 없습니다 (${code}). 폴더의 소유자와 권한을 확인해 주세요. / ` +
    `The data folder ${dataDir} cannot be used (${code}). Please check its owner and permissions.`;
  return new ArchiveError('START_REFUSED', detail, { cause });
}
