/** What a target holds already, asked only about files that may have been copied before the mark of today. */
import { readManifest } from './catalogue.ts';
import type { PlanItem } from './plan.ts';
import type { Target } from './target.ts';

/**
 * Reads manifests from the newest backwards, and no further than the file in question can be: the mark of a manifest
 * tells the highest count of receipt so far, so a later received file is in none before it.
 */
export class FilesOnTarget {
  readonly #target: Target;
  /** Unread, the newest last. */
  readonly #unread: string[];
  readonly #sha256 = new Map<string, string>();
  /** Every file received after this is among those read. */
  #readDownTo = Number.POSITIVE_INFINITY;

  /** @param manifests in the order of writing */
  constructor(target: Target, manifests: readonly string[]) {
    this.#target = target;
    this.#unread = [...manifests];
  }

  /** The hash of the data set that the target has under the item's path; undefined when it has none. */
  async sha256Of({ path, received = 0 }: PlanItem): Promise<string | undefined> {
    while (this.#readDownTo >= received && this.#unread.length > 0) await this.#readOne(String(this.#unread.pop()));
    return this.#sha256.get(path);
  }

  async #readOne(path: string): Promise<void> {
    const manifest = await readManifest(this.#target, path, []);
    if (!manifest) return;
    this.#readDownTo = manifest.trailer.mark.received;
    for (const entry of manifest.entries) {
      if (!this.#sha256.has(entry.path)) this.#sha256.set(entry.path, entry.dataSetSha256 ?? '');
    }
  }
}
