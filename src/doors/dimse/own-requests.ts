/** Requests of ours on an association that the peer has opened: sent while nothing else is under way on it, one by one. */
import { type CommandSet, ELEMENT } from './command-set.ts';

interface Waiting {
  readonly messageId: number;
  readonly settle: (response: CommandSet | null) => void;
}

export class OwnRequests {
  #waiting: Waiting | null = null;
  #unsent: (() => void)[] = [];
  #ended = false;

  /**
   * Waits for its turn, sends, and waits for the response. Null: none came within that time, or the association ended.
   * @param isQuiet nothing of the peer's is under way
   * @param within milliseconds, from the sending
   */
  async ask(messageId: number, send: () => void, isQuiet: () => boolean, within: number): Promise<CommandSet | null> {
    while (!this.#ended && (this.#waiting !== null || !isQuiet())) {
      await new Promise<void>((resolve) => this.#unsent.push(resolve));
    }
    if (this.#ended) return null;
    const response = new Promise<CommandSet | null>((settle) => {
      this.#waiting = { messageId, settle };
    });
    const tooLate = setTimeout(() => this.#settle(null), within);
    send();
    const answer = await response;
    clearTimeout(tooLate);
    return answer;
  }

  /** Something has ended on the association: who waits looks whether it is quiet now. */
  proceed(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const wake of unsent) wake();
  }

  /** True: the response was one to us. */
  receive(command: CommandSet): boolean {
    if (this.#waiting === null) return false;
    if (this.#waiting.messageId !== command.number(ELEMENT.messageIdBeingRespondedTo)) return false;
    this.#settle(command);
    return true;
  }

  end(): void {
    this.#ended = true;
    this.#settle(null);
    this.proceed();
  }

  #settle(response: CommandSet | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.settle(response);
    this.proceed();
  }
}
