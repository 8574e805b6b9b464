/**
 * Pages that are asked for by limit and offset neither overlap nor leave anything out, although images arrive between
 * them (PS3.18 section 8.3.4.4): what a search looked at with its first page, it looks at with the next ones.
 */
import type { QueryParameter } from './query-string.ts';

const MOST = 1000;
const REMEMBERED_MS = 10 * 60_000;

interface Begun {
  readonly newest: string;
  readonly at: number;
}

export class Pages {
  readonly #begun = new Map<string, Begun>();

  /** `key` of `keyOf`; `newest` of the first page's answer. */
  begin(key: string, newest: string): void {
    this.#begun.delete(key);
    this.#begun.set(key, { newest, at: performance.now() });
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > MOST && oldest !== undefined) this.#begun.delete(oldest);
  }

  /** How far the archive had come at the first page; undefined when nobody remembers one. */
  begunAt(key: string): string | undefined {
    const begun = this.#begun.get(key);
    return begun && performance.now() - begun.at < REMEMBERED_MS ? begun.newest : undefined;
  }
}

/** The same user's same search, whatever page of it. */
export function keyOf(user: string, path: string, parameters: readonly QueryParameter[]): string {
  const rest = parameters.filter(({ name }) => !/^(limit|offset|_)$/i.test(name));
  return JSON.stringify([user, path, rest.map(({ name, value }) => [name, value])]);
}
