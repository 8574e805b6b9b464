/** A stop that leaves what is under way a moment to come to a good end. */

/** Milliseconds; as long as the listener leaves stores at its end. */
export const GRACE_MS = 5000;

/** Aborts some time after `signal` has: a device that hangs must not keep who stops it, or the whole appliance, waiting. */
export function afterGrace(signal: AbortSignal, graceMs: number = GRACE_MS): AbortSignal {
  const controller = new AbortController();
  const wait = () => setTimeout(() => controller.abort(), graceMs).unref();
  if (signal.aborted) wait();
  else signal.addEventListener('abort', wait, { once: true });
  return controller.signal;
}
