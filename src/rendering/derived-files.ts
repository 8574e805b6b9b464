/**
 * What was made from the images and is kept on disk under `derived/` of the data folder: pictures by day and file,
 * metadata by series. All of it can be made again at any time: nothing is flushed, a missing or broken file is made anew,
 * and nothing is written while the disk is short of room.
 */
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const FREE_SPACE_CHECK_MS = 10_000;

/** File ids are ours, 'YYYYMMDD-…', and variants are made of letters, digits and dots. */
export function picturePath(fileId: string, variant: string): string {
  return join(fileId.slice(0, 8), `${fileId}.${variant}`);
}

/** The folder of a series' metadata; UIDs come from outside and are no names of files. */
export function seriesFolder(series: { studyInstanceUid: string; seriesInstanceUid: string }): string {
  const { studyInstanceUid, seriesInstanceUid } = series;
  const key = createHash('sha1').update(`${studyInstanceUid}\n${seriesInstanceUid}`).digest('hex');
  return join('metadata', key.slice(0, 2), key.slice(2));
}

export class DerivedFiles {
  readonly #folder: string;
  readonly #reserveBytes: number;
  #freeBytes = 0;
  #checkedAt = Number.NEGATIVE_INFINITY;

  /** Below `reserveBytes` of free space nothing is kept. */
  constructor(folder: string, reserveBytes: number) {
    this.#folder = folder;
    this.#reserveBytes = reserveBytes;
  }

  async read(path: string): Promise<Buffer | undefined> {
    try {
      const bytes = await readFile(join(this.#folder, path));
      return bytes.length > 0 ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  has(path: string): Promise<boolean> {
    return access(join(this.#folder, path)).then(
      () => true,
      () => false,
    );
  }

  /** Never fails: what cannot be kept is made again next time. */
  async keep(path: string, bytes: Uint8Array): Promise<void> {
    const whole = join(this.#folder, path);
    const temporary = `${whole}.${randomUUID()}.tmp`;
    try {
      if (!(await this.hasRoom())) return;
      await mkdir(dirname(whole), { recursive: true });
      await writeFile(temporary, bytes);
      await rename(temporary, whole);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  /** Removes the files of a folder whose names begin so; all that do not, when `others` is true. Never fails. */
  async remove(prefix: string, others = false): Promise<void> {
    const folder = join(this.#folder, dirname(prefix));
    const names = await readdir(folder).catch(() => []);
    const gone = names.filter((name) => name.startsWith(basename(prefix)) !== others);
    await Promise.all(gone.map((name) => rm(join(folder, name), { force: true }).catch(() => undefined)));
  }

  /** Days, 'YYYYMMDD', of which there are pictures. */
  async days(): Promise<string[]> {
    return (await readdir(this.#folder).catch(() => [])).filter((name) => /^\d{8}$/.test(name));
  }

  /** Files of which there are pictures in the folder of the day. */
  async fileIdsOf(day: string): Promise<string[]> {
    const names = await readdir(join(this.#folder, day)).catch(() => []);
    return [...new Set(names.map((name) => name.split('.')[0] as string))];
  }

  /** Removes everything: it is made again. */
  clear(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }

  async hasRoom(): Promise<boolean> {
    const now = performance.now();
    if (now - this.#checkedAt > FREE_SPACE_CHECK_MS) {
      await mkdir(this.#folder, { recursive: true });
      const { bavail, bsize } = await statfs(this.#folder);
      this.#freeBytes = bavail * bsize;
      this.#checkedAt = now;
    }
    return this.#freeBytes > this.#reserveBytes;
  }
}
