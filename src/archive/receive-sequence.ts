/**
 * The order of receipt: a number that grows with every received file, over restarts and whatever the clock does.
 * Microseconds of the clock while it runs forward, otherwise one more than the last.
 */
export class ReceiveSequence {
  #last: number;

  /** @param last the highest number handed out before. */
  constructor(last: number) {
    this.#last = last;
  }

  /** Numbers up to `last` turned out to be taken. */
  passed(last: number): void {
    this.#last = Math.max(this.#last, last);
  }

  next(now: number = Date.now()): number {
    this.#last = Math.max(this.#last + 1, now * 1000);
    return this.#last;
  }
}
