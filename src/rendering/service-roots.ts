/** The addresses under which clients reach the DICOMweb service: prepared metadata holds URLs, so it is made for each. */
import type { DerivedFiles } from './derived-files.ts';

const FILE = 'service-roots.json';
/** By name and by IP address, at most. */
const MOST = 2;

export class ServiceRoots {
  readonly #files: DerivedFiles;
  #roots: string[] = [];

  constructor(files: DerivedFiles) {
    this.#files = files;
  }

  /** Those in use, the latest first, from before a restart too. */
  async all(): Promise<readonly string[]> {
    if (this.#roots.length === 0) this.#roots = parsed(await this.#files.read(FILE));
    return this.#roots;
  }

  /** A client asked under this address. */
  note(root: string): void {
    if (this.#roots[0] === root) return;
    const known = this.#roots.includes(root);
    this.#roots = [root, ...this.#roots.filter((other) => other !== root)].slice(0, MOST);
    if (!known) void this.#files.keep(FILE, Buffer.from(JSON.stringify(this.#roots)));
  }
}

function parsed(bytes: Buffer | undefined): string[] {
  try {
    const roots = JSON.parse(bytes?.toString() ?? '[]') as unknown;
    return Array.isArray(roots) ? roots.filter((root) => typeof root === 'string').slice(0, MOST) : [];
  } catch {
    return [];
  }
}
