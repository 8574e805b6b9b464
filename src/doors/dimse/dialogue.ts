/** The DIMSE messages of one association: which request is under way, what waits behind it, what is refused (PS3.7). */
import { asArchiveError } from '../../errors.ts';
import {
  COMMAND,
  type CommandElement,
  type CommandSet,
  ELEMENT,
  encodeCommandSet,
  errorComment,
  responseElements,
} from './command-set.ts';
import type { Access, Conversation, Operation, Peer, Request, RequestHandler } from './conversation.ts';
import { type DataSetSink, DISCARD, HELD, MessageReader, type MessageSink } from './message-reader.ts';
import type { Outgoing } from './outgoing.ts';
import { OwnRequests } from './own-requests.ts';
import type { Service } from './services.ts';
import { STATUS, statusOf } from './status-of.ts';
import type { AcceptedContext } from './upper-layer/negotiation.ts';
import { messagePdus } from './upper-layer/pdu-writer.ts';
import { ABORT_REASON, ProtocolViolation } from './upper-layer/protocol-violation.ts';

export type Handlers = Readonly<Record<Service['name'], RequestHandler>>;

export interface DialogueSettings {
  readonly peer: Peer;
  readonly contexts: readonly AcceptedContext[];
  readonly peerMaximum: number;
  readonly output: Outgoing;
  /** A service without a handler is refused. */
  readonly handlers: Partial<Handlers>;
  /** Takes a response that no operation waits for: one to a request of our own. Returns where its data set goes. */
  readonly onResponse?: (command: CommandSet) => DataSetSink;
  readonly onAccess: (access: Access) => void;
  readonly logFailure: (what: string, cause: unknown) => void;
  readonly abort: (why: string) => void;
  /** Stop reading from the peer: what comes next has to wait for the operation under way. */
  readonly hold: () => void;
  /** An operation is over: read on. */
  readonly proceed: () => void;
}

/** Studies that an association remembers as recorded; after that many it may write a line twice. */
const MAX_REMEMBERED = 10_000;

export class Dialogue implements MessageSink, Conversation {
  readonly peer: Peer;
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
  readonly peerMaximum: number;
  readonly output: Outgoing;
  /** Requests that came, by service. */
  readonly served: Record<string, number> = {};
  readonly #settings: DialogueSettings;
  readonly #messages = new MessageReader(this);
  readonly #recorded = new Set<string>();
  readonly #own = new OwnRequests();
  #operation: Operation | null = null;
  #requestId = 0;
  #messageId = 0;
  #whenIdle: (() => void) | null = null;

  constructor(settings: DialogueSettings) {
    this.#settings = settings;
    this.peer = settings.peer;
    this.contexts = new Map(settings.contexts.map((context) => [context.id, context]));
    this.peerMaximum = settings.peerMaximum;
    this.output = settings.output;
  }

  /** In the middle of a message. */
  get messageUnderWay(): boolean {
    return this.#messages.underWay;
  }

  /** If the connection ended now, somebody would miss something. */
  get unfinished(): boolean {
    return this.#messages.underWay || this.#operation !== null;
  }

  /** A request of the peer is being answered. */
  get busy(): boolean {
    return this.#operation !== null;
  }

  /** It is us who have to do something next. */
  get owesAnswer(): boolean {
    if (this.#operation === null || this.#operation.waitsForPeer === true) return false;
    return !this.#messages.underWay || this.#messages.holds;
  }

  /** The operation waits for a response that stands behind a request of the peer, which waits for the operation. */
  get deadlocked(): boolean {
    return this.#messages.holds && this.#operation?.waitsForPeer === true;
  }

  /** Since when a whole request waits for an answer that must come in time; null when none does. */
  get wholeSince(): number | null {
    return this.#operation?.wholeSince ?? null;
  }

  /** What wants the peer to pause: an operation that cannot take more, or answers that the peer does not read. */
  get congestion(): Operation['congestion'] | undefined {
    if (this.#operation?.congestion?.congested === true) return this.#operation.congestion;
    return this.output.congested ? this.output : undefined;
  }

  fragment(contextId: number, control: number, slice: Buffer, endOfPdv: boolean): void {
    if (!this.contexts.has(contextId)) {
      throw new ProtocolViolation(ABORT_REASON.invalidParameter, `presentation context ${contextId} is not accepted`);
    }
    this.#messages.fragment(contextId, control, slice, endOfPdv);
    if (!this.unfinished) this.#own.proceed();
  }

  command(contextId: number, command: CommandSet): DataSetSink | null | typeof HELD {
    if (command.isResponse) {
      if (this.#own.receive(command)) return DISCARD;
      this.#operation?.response?.(command);
      return this.#settings.onResponse?.(command) ?? DISCARD;
    }
    if (command.field === COMMAND.cancelRq) {
      if (command.number(ELEMENT.messageIdBeingRespondedTo) === this.#requestId) this.#operation?.cancel?.();
      return DISCARD;
    }
    if (this.#operation !== null) {
      this.#settings.hold();
      return HELD;
    }
    return this.#request({ context: this.contexts.get(contextId) as AcceptedContext, command });
  }

  #request(request: Request): DataSetSink | null {
    const { context, command } = request;
    this.served[context.service.name] = (this.served[context.service.name] ?? 0) + 1;
    const refusal = this.#refusal(request);
    if (refusal !== undefined) return this.#refuse(request, refusal.status, refusal.comment);
    const handler = this.#settings.handlers[context.service.name];
    if (handler === undefined) return this.#refuse(request, STATUS.unrecognizedOperation, 'not served here');
    try {
      const operation = handler(this, request);
      if (operation !== null) this.#begin(operation, command.messageId);
      return operation?.dataSet ?? null;
    } catch (error) {
      this.logFailure(`command ${command.field.toString(16)}`, error);
      return this.#refuse(request, statusOf(asArchiveError(error).code, context.service.name), 'internal error');
    }
  }

  #refusal({ context, command }: Request): { status: number; comment: string } | undefined {
    const { service } = context;
    if (!service.commands.includes(command.field)) {
      return command.field === COMMAND.storeRq
        ? { status: STATUS.sopClassUnsupported, comment: 'not a storage presentation context' }
        : { status: STATUS.unrecognizedOperation, comment: 'not an operation of this SOP class' };
    }
    if (service.permission !== null && !this.peer.may.has(service.permission)) {
      return { status: STATUS.notAuthorised, comment: 'this device may not do this' };
    }
    return undefined;
  }

  /** Answers when the whole request has come: many peers do not read before they have sent everything. */
  #refuse({ context, command }: Request, status: number, comment: string): DataSetSink | null {
    const elements = [...responseElements(command, status), errorComment(comment)];
    const end = () => this.send(context.id, encodeCommandSet(elements, false));
    if (command.hasDataSet) return { write() {}, end };
    end();
    return null;
  }

  #begin(operation: Operation, requestId: number): void {
    this.#operation = operation;
    this.#requestId = requestId;
    operation.finished
      .catch((error: unknown) => {
        if (!this.output.ended) this.logFailure('an operation', error);
      })
      .then(() => this.#over());
  }

  #over(): void {
    this.#operation = null;
    if (this.#whenIdle === null) this.#settings.proceed();
    else this.#whenIdle();
    if (!this.unfinished) this.#own.proceed();
  }

  /** Offers the command that had to wait; called by `proceed`. */
  retry(): void {
    this.#messages.retry();
  }

  /** Runs `then` as soon as no operation is under way, at once if none is. */
  whenIdle(then: () => void): void {
    if (this.#operation === null) then();
    else this.#whenIdle = then;
  }

  /** Nobody waits for the answer any more: the connection has ended, or the peer wants to release. */
  abandon(): void {
    this.#own.end();
    this.#operation?.abandon();
  }

  send(contextId: number, command: Buffer, dataSet: Buffer | null = null): void {
    this.output.write(messagePdus(contextId, command, dataSet, this.peerMaximum));
  }

  ask(
    contextId: number,
    elements: readonly CommandElement[],
    dataSet: Buffer,
    within: number,
  ): Promise<CommandSet | null> {
    const messageId = this.nextMessageId();
    const command = encodeCommandSet([...elements, [ELEMENT.messageId, messageId]], true);
    const send = () => this.send(contextId, command, dataSet);
    return this.#own.ask(messageId, send, () => !this.unfinished, within);
  }

  abort(why: string): void {
    this.#settings.abort(why);
  }

  nextMessageId(): number {
    this.#messageId = (this.#messageId % 0xffff) + 1;
    return this.#messageId;
  }

  recordAccess(access: Omit<Access, 'who' | 'from'>): void {
    const { action, outcome, patientId = '', studyInstanceUid, detail } = access;
    const key = JSON.stringify([
      action,
      outcome,
      patientId,
      studyInstanceUid ?? detail,
      action === 'send' ? detail : '',
    ]);
    if (this.#recorded.has(key)) return;
    if (this.#recorded.size >= MAX_REMEMBERED) this.#recorded.clear();
    this.#recorded.add(key);
    this.#settings.onAccess({ ...access, who: this.peer.who, from: this.peer.address });
  }

  logFailure(what: string, cause: unknown): void {
    this.#settings.logFailure(what, cause);
  }
}
