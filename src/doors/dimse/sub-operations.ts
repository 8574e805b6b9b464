/** Counting the C-STORE sub-operations of a retrieval, and the status that follows from the counts (PS3.4 C.4.2, C.4.3). */
import { type CommandElement, ELEMENT } from './command-set.ts';
import { STATUS } from './status-of.ts';

export type SubOperationResult = 'completed' | 'warning' | 'failed';

/** What a C-STORE response's status means for the count. */
export function resultOf(status: number): SubOperationResult {
  if (status === STATUS.success) return 'completed';
  return status >> 12 === 0xb ? 'warning' : 'failed';
}

/** The counts are US elements. */
const MOST = 0xffff;

/** As many UIDs as a UI element of explicit VR holds, whose length has 16 bits. */
export const MOST_FAILED_UIDS = 1000;

export class SubOperations {
  readonly #total: number;
  #completed = 0;
  #warning = 0;
  #failed = 0;
  readonly #failedUids: string[] = [];

  constructor(total: number) {
    this.#total = total;
  }

  /** SOP Instance UIDs for (0008,0058), as many as fit. */
  get failedUids(): readonly string[] {
    return this.#failedUids;
  }

  get remaining(): number {
    return this.#total - this.#completed - this.#warning - this.#failed;
  }

  /** What was announced and never came up: its row has gone meanwhile. */
  failRemaining(): void {
    this.#failed += this.remaining;
  }

  count(result: SubOperationResult, sopInstanceUid: string): void {
    if (result === 'completed') this.#completed++;
    else if (result === 'warning') this.#warning++;
    else {
      this.#failed++;
      if (this.#failedUids.length < MOST_FAILED_UIDS) this.#failedUids.push(sopInstanceUid);
    }
  }

  /** Counts for a response; the remaining ones belong into pending and cancelled responses only (PS3.7 section 9.1.3). */
  elements(withRemaining: boolean): CommandElement[] {
    const elements: CommandElement[] = [
      [ELEMENT.completed, Math.min(this.#completed, MOST)],
      [ELEMENT.failed, Math.min(this.#failed, MOST)],
      [ELEMENT.warning, Math.min(this.#warning, MOST)],
    ];
    return withRemaining ? [[ELEMENT.remaining, Math.min(this.remaining, MOST)], ...elements] : elements;
  }

  get finalStatus(): number {
    if (this.#failed === 0 && this.#warning === 0) return STATUS.success;
    return this.#failed === this.#total ? STATUS.cannotPerformSubOperations : STATUS.subOperationsFailed;
  }
}
