/**
 * Pictures kept on disk under `derived/` of the data folder. They can be made again at any time: nothing is flushed, a
 * missing or broken file is made anew, and nothing is written while the disk is short of room.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const FREE_SPACE_CHECK_MS = 10_000;

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

  async read(fileId: string, variant: string): Promise<Buffer | undefined> {
    try {
      const bytes = await readFile(this.#path(fileId, variant));
      return bytes.length > 0 ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  /** Never fails: what cannot be kept is made again next time. */
  async keep(fileId: string, variant: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(fileId, variant);
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      if (!(await this.#hasRoom())) return;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary, bytes);
      await rename(temporary, path);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  /** File ids are ours, 'YYYYMMDD-…', and variants are made of letters, digits and dots. */
  #path(fileId: string, variant: string): string {
    return join(this.#folder, fileId.slice(0, 8), `${fileId}.${variant}`);
  }

  async #hasRoom(): Promise<boolean> {
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
