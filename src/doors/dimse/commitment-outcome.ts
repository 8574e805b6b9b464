/** What a device's answer to a request of storage commitment means for the next attempt. */
import type { AttemptOutcome } from '../../commitment/attempt-queue.ts';
import { type CommandSet, ELEMENT } from './command-set.ts';

/** A response without Success is about this one transaction. */
export function outcomeOf(response: CommandSet): AttemptOutcome {
  const status = response.number(ELEMENT.status) ?? 0;
  if (status === 0) return { kind: 'done' };
  return { kind: 'failed', of: 'task', error: `status ${status.toString(16).padStart(4, '0').toUpperCase()}H` };
}

/** No other transaction would fare better now. */
export function unreachable(error: string): AttemptOutcome {
  return { kind: 'failed', of: 'device', error };
}
