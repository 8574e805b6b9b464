/**
 * Slows guessing down: per account and address, the first five failures cost nothing, each further one doubles the
 * wait, up to five minutes. Nobody is ever locked out for good, and an account is never slowed for other addresses.
 */
import { ArchiveError } from '../errors.ts';

const FREE_FAILURES = 5;
const FIRST_WAIT_SECONDS = 2;
const LONGEST_WAIT_SECONDS = 300;
const FORGOTTEN_AFTER_MS = 30 * 60_000;
const REMEMBERED = 10_000;

/** LOGIN_DELAYED with the time to wait, for Retry-After. */
export class LoginDelayedError extends ArchiveError {
  readonly retryAfterSeconds: number;

  constructor(seconds: number) {
    super('LOGIN_DELAYED', `${seconds}초 / ${seconds} s`);
    this.retryAfterSeconds = seconds;
  }
}

interface Failures {
  count: number;
  lastAt: number;
  allowedAt: number;
}

export class LoginDelay {
  readonly #now: () => number;
  readonly #failures = new Map<string, Failures>();

  /** @param now milliseconds, never going back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Call before a password is checked. The try counts as failed until `succeeded` is called, so that many tries sent
   * at once are not checked for free.
   * @throws LoginDelayedError while the account is slowed for this address
   */
  begin(userName: string, address: string): void {
    const key = keyOf(userName, address);
    const now = this.#now();
    const known = this.#failures.get(key);
    const failures = known && now - known.lastAt < FORGOTTEN_AFTER_MS ? known : { count: 0, lastAt: now, allowedAt: 0 };
    if (failures.allowedAt > now) throw new LoginDelayedError(Math.ceil((failures.allowedAt - now) / 1000));
    failures.count++;
    failures.lastAt = now;
    if (failures.count >= FREE_FAILURES) failures.allowedAt = now + waitSeconds(failures.count) * 1000;
    this.#remember(key, failures);
  }

  succeeded(userName: string, address: string): void {
    this.#failures.delete(keyOf(userName, address));
  }

  /** The newest stand last; the oldest are forgotten first when there are too many. */
  #remember(key: string, failures: Failures): void {
    this.#failures.delete(key);
    this.#failures.set(key, failures);
    const oldest = this.#failures.keys().next().value;
    if (this.#failures.size > REMEMBERED && oldest !== undefined) this.#failures.delete(oldest);
  }
}

function waitSeconds(failures: number): number {
  return Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (failures - FREE_FAILURES));
}

function keyOf(userName: string, address: string): string {
  return `${userName.slice(0, 64)}\n${address}`;
}
