/** A study that is opened makes dozens of requests; the access log wants one row for them. */
import type { AuditAction, AuditEvent } from './record.ts';

const WITHIN_MS = 5 * 60_000;
const REMEMBERED = 10_000;
const FOLDED: ReadonlySet<AuditAction> = new Set(['study.open', 'retrieve']);

export class RepeatFilter {
  readonly #now: () => number;
  /** When the last row was written, oldest first. */
  readonly #written = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** True when a row of the same person, action, door and study was let through less than five minutes ago. */
  isRepeat({ who, action, door, from, studyInstanceUid = '', outcome }: AuditEvent): boolean {
    if (!FOLDED.has(action) || studyInstanceUid === '' || outcome !== 'ok') return false;
    const key = [who, action, door, from, studyInstanceUid].join('\n');
    const now = this.#now();
    const last = this.#written.get(key);
    if (last !== undefined && now - last < WITHIN_MS && now >= last) return true;
    this.#written.delete(key);
    this.#written.set(key, now);
    this.#forgetOld(now);
    return false;
  }

  #forgetOld(now: number): void {
    for (const [key, at] of this.#written) {
      if (this.#written.size <= REMEMBERED && now - at < WITHIN_MS) return;
      this.#written.delete(key);
    }
  }
}
