import { expect } from 'vitest';

/** Waits for something to become so, as long as busy machines need. */
export function eventually<T>(value: () => T | Promise<T>) {
  return expect.poll(value, { timeout: 30_000, interval: 100 });
}
