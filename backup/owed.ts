/**
 * Files that a target should have and has not: missing, unreadable or rotten at their source. Every run tries them
 * again. Also decides which files of a rebuilt index are on the target already.
 */
import type { FilesOnTarget } from './files-on-target.ts';
import type { ManifestEntry, Unreadable } from './manifest.ts';
import { type Mark, mayBeKnown, type PlanItem } from './plan.ts';
import { readSource } from './read-source.ts';

export class Owed {
  readonly #owed: Map<string, Unreadable>;
  readonly #again = new Set<PlanItem>();
  readonly #tried = new Set<string>();

  /** @param pending what the newest manifest of the target says is owed */
  constructor(pending: readonly Unreadable[]) {
    this.#owed = new Map(pending.map((file) => [file.path, file]));
  }

  list(): Unreadable[] {
    return [...this.#owed.values()];
  }

  bytes(): number {
    return this.list().reduce((sum, { size }) => sum + size, 0);
  }

  /** The files to try again, in front of what is new. */
  async again(dataDir: string): Promise<PlanItem[]> {
    const items: PlanItem[] = [];
    for (const { reason, ...item } of this.list()) {
      this.#tried.add(item.path);
      if (reason === 'differs-from-backup') await this.#compareAgain(dataDir, item);
      else items.push(item);
    }
    for (const item of items) this.#again.add(item);
    return items;
  }

  /** Takes in what came of a volume. */
  settle(entries: readonly ManifestEntry[], unreadable: readonly Unreadable[]): void {
    for (const { path } of entries) this.#owed.delete(path);
    for (const file of unreadable) this.#owed.set(file.path, file);
  }

  /**
   * Is the item on the target, or dealt with already? After a rebuild of the index or a power cut it may be; then
   * `onTarget` is asked. A file that is there with other bytes than the index now says is owed: stored files never
   * change, so either the live one was tampered with or the index is wrong.
   * @param mark where the target stood before this run
   */
  async isHere(item: PlanItem, mark: Mark, onTarget: FilesOnTarget): Promise<boolean> {
    if (this.#again.has(item)) return false;
    if (this.#tried.has(item.path)) return true;
    if (!mayBeKnown(mark, item)) return false;
    const sha256 = await onTarget.sha256Of(item);
    if (sha256 === undefined) return false;
    if (sha256 !== item.hashed.sha256) {
      this.#owed.set(item.path, { ...item, hashed: { ...item.hashed, sha256 }, reason: 'differs-from-backup' });
    }
    return true;
  }

  /** `item.hashed` is what the target has: when the live file comes to that again, all is well. */
  async #compareAgain(dataDir: string, item: PlanItem): Promise<void> {
    const file = await readSource(dataDir, item);
    if ('sha256' in file) this.#owed.delete(item.path);
  }
}
