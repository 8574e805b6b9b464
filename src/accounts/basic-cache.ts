/**
 * Remembers which HTTP Basic headers were right, so that a DICOMweb client pays for one slow hash and not for one per
 * frame. Headers are kept as HMACs under a key of this process; an entry dies with the user's password.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { User, Users } from './users.ts';

const LIFETIME_MS = 3_600_000;
const REMEMBERED = 500;

interface Entry {
  userId: number;
  /** The stored hash that the password was checked against. */
  password: string;
  until: number;
}

export class BasicCache {
  readonly #key = randomBytes(32);
  readonly #entries = new Map<string, Entry>();
  /** Headers being checked right now: ten requests sent at once share one check. */
  readonly #checking = new Map<string, Promise<User>>();
  readonly #users: Users;
  readonly #now: () => number;

  constructor(users: Users, now: () => number) {
    this.#users = users;
    this.#now = now;
  }

  /**
   * The user of an Authorization header.
   * @param check the slow check; what it throws is passed on and not remembered
   */
  async userOf(header: string, address: string, check: () => Promise<User>): Promise<User> {
    const key = createHmac('sha256', this.#key).update(header).digest('base64');
    const known = this.#known(key);
    if (known) return known;
    const checkKey = `${key}\n${address}`;
    const running = this.#checking.get(checkKey) ?? check().finally(() => this.#checking.delete(checkKey));
    this.#checking.set(checkKey, running);
    const user = await running;
    this.#remember(key, user);
    return user;
  }

  #known(key: string): User | undefined {
    const entry = this.#entries.get(key);
    const user = entry && this.#users.byId(entry.userId);
    if (entry && user?.active && user.password === entry.password && entry.until > this.#now()) return user;
    this.#entries.delete(key);
    return undefined;
  }

  #remember(key: string, user: User): void {
    this.#entries.set(key, { userId: user.id, password: user.password, until: this.#now() + LIFETIME_MS });
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size > REMEMBERED && oldest !== undefined) this.#entries.delete(oldest);
  }
}
