/** Pictures that are made once: kept on disk, made for all who ask at the same time, and what cannot be made not tried again. */
import { ArchiveError } from '../errors.ts';
import { type DerivedFiles, picturePath } from './derived-files.ts';
import { LruCache } from './lru-cache.ts';

export interface Picture {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

const FAILURES = 2000;
/** Reasons that lie in the file and stay. */
const LASTING = new Set(['NOT_RENDERABLE', 'PIXEL_DATA_DAMAGED', 'DATA_SET_DAMAGED']);

export class KeptPictures {
  readonly #files: DerivedFiles;
  readonly #underWay = new Map<string, Promise<Picture>>();
  readonly #failed = new LruCache<ArchiveError>(FAILURES, () => 1);

  constructor(files: DerivedFiles) {
    this.#files = files;
  }

  /** The kept JPEG, else the one that `make` makes. `variant` names what is made of the file. */
  picture(fileId: string, variant: string, make: () => Promise<Picture>): Promise<Picture> {
    const path = picturePath(fileId, variant);
    const known = this.#underWay.get(path);
    if (known) return known;
    const underWay = this.#readOrMake(path, make).finally(() => this.#underWay.delete(path));
    this.#underWay.set(path, underWay);
    return underWay;
  }

  /** Makes those of the variants that are not there. A failure is remembered, and not thrown. */
  async prepare(
    fileId: string,
    variants: readonly string[],
    make: (missing: readonly string[]) => Promise<readonly Picture[]>,
  ): Promise<void> {
    const paths = variants.map((variant) => picturePath(fileId, variant));
    const there = await Promise.all(paths.map((path) => this.#files.has(path)));
    const missing = variants.filter((_, n) => !there[n]);
    if (missing.length === 0 || paths.some((path) => this.#failed.get(path))) return;
    try {
      const made = await make(missing);
      for (const [n, variant] of missing.entries()) {
        await this.#files.keep(picturePath(fileId, variant), (made[n] as Picture).bytes);
      }
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      for (const path of paths) this.#remember(path, error);
    }
  }

  /** The image has gone: so do its pictures. */
  async forget(fileId: string): Promise<void> {
    await this.#files.remove(picturePath(fileId, ''));
  }

  async #readOrMake(path: string, make: () => Promise<Picture>): Promise<Picture> {
    const bytes = await this.#files.read(path);
    if (bytes) return { bytes, mediaType: 'image/jpeg' };
    const failed = this.#failed.get(path);
    if (failed) throw failed;
    try {
      const picture = await make();
      await this.#files.keep(path, picture.bytes);
      return picture;
    } catch (error) {
      this.#remember(path, error);
      throw error;
    }
  }

  #remember(path: string, error: unknown): void {
    if (error instanceof ArchiveError && LASTING.has(error.code)) this.#failed.set(path, error);
  }
}
