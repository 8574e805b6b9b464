/** Room on the disk of the data folder, asked often enough to refuse in time and seldom enough to cost nothing. */
import { statfs } from 'node:fs/promises';

export interface DiskSpace {
  freeBytes: number;
  totalBytes: number;
}

const REFRESH_MS = 1000;

export class FreeSpace {
  readonly #folder: string;
  #latest: DiskSpace | undefined;
  #askedAt = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async refresh(): Promise<DiskSpace> {
    this.#askedAt = performance.now();
    const { bavail, blocks, bsize } = await statfs(this.#folder);
    this.#latest = { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    return this.#latest;
  }

  /** What was seen within the last second or so; starts a new look in the background when that is over. */
  get latest(): DiskSpace {
    if (performance.now() - this.#askedAt > REFRESH_MS) this.refresh().catch(() => undefined);
    return this.#latest ?? { freeBytes: Number.POSITIVE_INFINITY, totalBytes: Number.POSITIVE_INFINITY };
  }
}

/**
 * Free bytes below which images are refused: the setting, or 1 GB, but never more than 2 % of a small disk.
 * @param setting GB (10^9 bytes) from config.json, null for the default.
 */
export function refusalReserve(setting: number | null, totalBytes: number): number {
  return setting === null ? Math.min(1e9, totalBytes * 0.02) : setting * 1e9;
}
