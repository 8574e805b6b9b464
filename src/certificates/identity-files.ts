/** Where the keys lie: a file for each certificate together with its key, for its owner only, replaced in one step. */
import { chmod, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { readText, replaceText } from '../config/config-file.ts';
import { type Identity, identityText, readIdentity } from './identity.ts';

/** What a file holds: nothing, an identity, or bytes that are none. */
export type Found = Identity | 'missing' | 'damaged';

export class IdentityFiles {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'certificates');
  }

  /** @throws ArchiveError START_REFUSED when the folder cannot be used */
  async read(name: string): Promise<Found> {
    const text = await readText(this.#folder, name);
    if (text === undefined) return 'missing';
    const identity = readIdentity(text);
    if (identity === undefined) return 'damaged';
    // It may come from a copy that somebody made by hand. Windows: the folder is the user's own.
    await chmod(join(this.#folder, name), 0o600);
    return identity;
  }

  /** @throws ArchiveError STORAGE_FULL; START_REFUSED when the folder cannot be written */
  write(name: string, identity: Identity): Promise<void> {
    return replaceText(this.#folder, name, identityText(identity));
  }

  /** Keeps what cannot be used beside its successor, for support. */
  setAside(name: string): Promise<void> {
    return rename(join(this.#folder, name), join(this.#folder, `${name}.damaged`));
  }
}
