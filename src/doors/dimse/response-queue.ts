/** Responses to requests of ours, in order of arrival: handed on one by one, bounded, and never waited for without end. */
import { type CommandSet, ELEMENT } from './command-set.ts';
import { collectIdentifier } from './identifier-sink.ts';
import { type DataSetSink, DISCARD } from './message-reader.ts';

export interface ReceivedResponse {
  readonly kind: 'response';
  readonly command: CommandSet;
  /** Absent when it has none, or one that is too long to be looked at. */
  readonly dataSet: Buffer | null;
}

interface Waiting {
  readonly messageId: number;
  readonly isLate: (now: number) => boolean;
  readonly settle: (response: ReceivedResponse | null) => void;
}

/** A peer that answers faster than we read waits in the network, not in our memory. */
const MOST_QUEUED = 64;

export class ResponseQueue {
  readonly #hasRoom: () => void;
  #queued: ReceivedResponse[] = [];
  #waiting: Waiting | null = null;
  #ended = false;

  /** @param hasRoom called when a full queue takes responses again */
  constructor(hasRoom: () => void) {
    this.#hasRoom = hasRoom;
  }

  get full(): boolean {
    return this.#queued.length >= MOST_QUEUED;
  }

  isLate(now: number): boolean {
    return this.#waiting?.isLate(now) === true;
  }

  /** The next response to this message id; others that are queued belong to nothing and go. Null: the association ended. */
  next(messageId: number, isLate: (now: number) => boolean): Promise<ReceivedResponse | null> {
    const wasFull = this.full;
    for (let response = this.#queued.shift(); response !== undefined; response = this.#queued.shift()) {
      if (idOf(response) !== messageId) continue;
      if (wasFull) this.#hasRoom();
      return Promise.resolve(response);
    }
    if (this.#ended) return Promise.resolve(null);
    const response = new Promise<ReceivedResponse | null>((settle) => {
      this.#waiting = { messageId, isLate, settle };
    });
    if (wasFull) this.#hasRoom();
    return response;
  }

  /** A response's command has come. Returns where its data set goes. */
  receive(command: CommandSet): DataSetSink {
    if (!command.hasDataSet) {
      this.#whole({ kind: 'response', command, dataSet: null });
      return DISCARD;
    }
    return collectIdentifier((dataSet) => this.#whole({ kind: 'response', command, dataSet }));
  }

  end(): void {
    this.#ended = true;
    this.#waiting?.settle(null);
    this.#waiting = null;
  }

  #whole(response: ReceivedResponse): void {
    const waiting = this.#waiting;
    if (waiting === null) this.#queued.push(response);
    else if (waiting.messageId === idOf(response)) {
      this.#waiting = null;
      waiting.settle(response);
    }
  }
}

function idOf({ command }: ReceivedResponse): number | undefined {
  return command.number(ELEMENT.messageIdBeingRespondedTo);
}
