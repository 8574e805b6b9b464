/** What a service (echo, store, find, get) sees of the association it answers on. */
import type { CommandElement, CommandSet } from './command-set.ts';
import type { DataSetSink } from './message-reader.ts';
import type { Outgoing } from './outgoing.ts';
import type { Device, Permission } from './services.ts';
import type { AcceptedContext } from './upper-layer/negotiation.ts';

/** The other side of an association. */
export interface Peer {
  readonly callingAe: string;
  readonly address: string;
  /** 'AE@address' */
  readonly who: string;
  /** Undefined for a device that nobody has approved. */
  readonly device: Device | undefined;
  readonly may: ReadonlySet<Permission>;
}

/** A line of the access log. */
export interface Access {
  readonly action: 'query' | 'retrieve' | 'send' | 'store' | 'mpps' | 'commitment';
  /** 'AE@address' */
  readonly who: string;
  readonly from: string;
  readonly patientId?: string;
  readonly studyInstanceUid?: string;
  readonly detail: string;
  readonly outcome: 'ok' | 'refused';
}

export interface Conversation {
  readonly peer: Peer;
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
  /** Longest P-DATA that the peer takes, in bytes; 0 = no limit. */
  readonly peerMaximum: number;
  readonly output: Outgoing;
  /** Sends a whole message in one write. */
  send(contextId: number, command: Buffer, dataSet?: Buffer | null): void;
  /** Ends the association: a message under way cannot be completed. */
  abort(why: string): void;
  /**
   * Sends a request of ours as soon as nothing of the peer's is under way, and waits for its response. Null: none came
   * within that time (milliseconds), or the association ended.
   */
  ask(
    contextId: number,
    elements: readonly CommandElement[],
    dataSet: Buffer,
    within: number,
  ): Promise<CommandSet | null>;
  /** A message id for a request of ours: unique among those that are not answered yet. */
  nextMessageId(): number;
  /** Writes a line of the access log, the first time that this action touches this study on this association. */
  recordAccess(access: Omit<Access, 'who' | 'from'>): void;
  /** Tells support what went wrong inside: no patient data. */
  logFailure(what: string, cause: unknown): void;
}

export interface Request {
  readonly context: AcceptedContext;
  readonly command: CommandSet;
}

/** A request under way. There is one at a time on an association: no asynchronous operations are negotiated. */
export interface Operation {
  /** Takes the request's data set; null when it is not looked at. */
  readonly dataSet: DataSetSink | null;
  /** The final response was written, or the connection ended. */
  readonly finished: Promise<void>;
  /** Set by an operation that cannot take data as fast as the peer sends it. */
  readonly congestion?: { readonly congested: boolean; drained(): Promise<void> };
  /** The peer's silence is its own doing (it owes us a response), not ours. */
  readonly waitsForPeer?: boolean;
  /** Since when (milliseconds, monotonic clock) a whole request waits for an answer that must come in time. */
  readonly wholeSince?: number | null;
  /** C-CANCEL: stop at the next place where the counts are right. */
  cancel?(): void;
  /** A response to a request of ours. */
  response?(command: CommandSet): void;
  /** Nobody waits for the answer any more: finish soon. A data set that is whole is stored all the same. */
  abandon(): void;
}

/** Starts to answer a request; null when it is answered already. */
export type RequestHandler = (conversation: Conversation, request: Request) => Operation | null;
