/**
 * An association of our own (PS3.8 section 9.2, the requestor's states): connects, proposes, sends requests, hands on
 * responses, and answers what the peer asks on it. Whatever the peer does, every wait ends, by a response or by an
 * AssociationFailure, and nothing stays behind.
 */
import type { Socket } from 'node:net';
import { proposalPdu, readAnswer } from './association-proposal.ts';
import type { CommandSet } from './command-set.ts';
import { connect } from './connect.ts';
import type { Conversation, Peer } from './conversation.ts';
import { connectionFault } from './device-tls.ts';
import { plainAddress } from './devices.ts';
import { Dialogue } from './dialogue.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import {
  type AssociationFailure,
  REQUESTER_LIMITS,
  type RequesterLimits,
  type RequesterSettings,
  watchMs,
} from './requester-settings.ts';
import { type ReceivedResponse, ResponseQueue } from './response-queue.ts';
import type { Permission } from './services.ts';
import { decodeAssociateReject } from './upper-layer/acse-requestor.ts';
import type { AcceptedContext } from './upper-layer/negotiation.ts';
import type { PduSink } from './upper-layer/pdu-reader.ts';
import { MAX_ASSOCIATE_RQ_BYTES, PDU } from './upper-layer/pdu-types.ts';
import { abortPdu, releaseRequest, releaseResponse } from './upper-layer/pdu-writer.ts';
import { ABORT_REASON, ProtocolViolation } from './upper-layer/protocol-violation.ts';

type State = 'connecting' | 'requested' | 'established' | 'releasing' | 'over';

const DEFAULT_MAX_PDU = 262_144;
const LINGER_MS = 1000;

const ALL: ReadonlySet<Permission> = new Set<Permission>(['store', 'query', 'retrieve', 'worklist', 'commitment']);

/** Opens an association; resolves when the peer has accepted at least one presentation context. Never throws. */
export async function openAssociation(settings: RequesterSettings): Promise<Requester | AssociationFailure> {
  const requester = new Requester(settings);
  const failure = await requester.opened;
  if (failure !== null) return failure;
  if (requester.contexts.size > 0) return requester;
  await requester.release();
  return { kind: 'failed', reason: 'nothing-accepted', detail: 'no presentation context was accepted' };
}

export class Requester implements PduSink {
  readonly kind = 'open';
  /** Null when the association is there. */
  readonly opened: Promise<AssociationFailure | null>;
  readonly #settings: RequesterSettings;
  readonly #limits: RequesterLimits;
  readonly #socket: Socket;
  readonly #output: Outgoing;
  readonly #incoming: Incoming;
  readonly #responses: ResponseQueue;
  readonly #watch: NodeJS.Timeout;
  readonly #settleOpened: (failure: AssociationFailure | null) => void;
  readonly #stop = () => this.#end('stopped', 'stopped by this side', abortPdu(0, 0));
  #released: (() => void) | null = null;
  #dialogue: Dialogue | null = null;
  #state: State = 'connecting';
  #since = performance.now();
  #failure: AssociationFailure | null = null;

  constructor(settings: RequesterSettings) {
    this.#settings = settings;
    this.#limits = { ...REQUESTER_LIMITS, ...settings.limits };
    const { promise, resolve } = Promise.withResolvers<AssociationFailure | null>();
    this.opened = promise;
    this.#settleOpened = resolve;
    this.#responses = new ResponseQueue(() => this.#readOn());
    this.#socket = connect(settings.destination, () => this.#request());
    this.#output = new Outgoing(this.#socket);
    this.#incoming = new Incoming(this.#socket, {
      sink: this,
      sees: () => undefined,
      congestion: () => this.#dialogue?.congestion,
      failed: (error) => this.#broken(error),
    });
    this.#socket.on('error', (error) => this.#lineFailed(error));
    this.#socket.on('close', () => this.#end('closed', 'the peer closed the connection'));
    this.#watch = setInterval(() => this.#checkTime(performance.now()), watchMs(this.#limits));
    settings.signal?.addEventListener('abort', this.#stop);
    if (settings.signal?.aborted === true) this.#stop();
  }

  /** Accepted contexts, by id; `peerIsScp`: the peer takes our requests on it. */
  get contexts(): ReadonlyMap<number, AcceptedContext> {
    return this.#dialogue?.contexts ?? new Map();
  }

  /** What services write to. Only while the association is open. */
  get conversation(): Conversation {
    if (this.#dialogue === null) throw new Error('the association is not open');
    return this.#dialogue;
  }

  /** How it ended before we ended it; null while it is open. */
  get failure(): AssociationFailure | null {
    return this.#failure;
  }

  /**
   * The next response to a request, in order; a final one ends the waiting for its message id.
   * @param within milliseconds; with `renewed` counted from the peer's last sign of getting on
   */
  async response(
    messageId: number,
    { within = this.#limits.responseMs, renewed = false } = {},
  ): Promise<ReceivedResponse | AssociationFailure> {
    const since = performance.now();
    const late = (now: number) => {
      if (this.#dialogue?.owesAnswer === true) return false;
      return now - (renewed ? Math.max(since, this.#incoming.progressAt) : since) > within;
    };
    return (await this.#responses.next(messageId, late)) ?? (this.#failure as AssociationFailure);
  }

  /** Releases and closes; resolves when the connection is given back, whatever the peer answers. */
  async release(): Promise<void> {
    if (this.#state !== 'established') return this.abort('released too early');
    const released = new Promise<void>((resolve) => {
      this.#released = resolve;
    });
    this.#enter('releasing');
    this.#output.write(releaseRequest());
    await released;
  }

  abort(why: string): void {
    this.#end('stopped', why, abortPdu(0, 0));
  }

  pduStarts(type: number, length: number): void {
    if (type < PDU.associateRq || type > PDU.abort) {
      throw new ProtocolViolation(ABORT_REASON.unrecognizedPdu, `PDU type ${type} is unknown`);
    }
    if (!this.#isExpected(type))
      throw new ProtocolViolation(ABORT_REASON.unexpectedPdu, `PDU type ${type} is unexpected`);
    if (length > this.#longest(type)) {
      throw new ProtocolViolation(ABORT_REASON.invalidParameter, `PDU type ${type} of ${length} bytes is too long`);
    }
  }

  #isExpected(type: number): boolean {
    if (type === PDU.abort) return true;
    if (this.#state === 'requested') return type === PDU.associateAc || type === PDU.associateRj;
    if (type === PDU.data || type === PDU.releaseRq)
      return this.#state === 'established' || this.#state === 'releasing';
    return this.#state === 'releasing' && type === PDU.releaseRp;
  }

  #longest(type: number): number {
    if (type === PDU.data) return this.#maxPduLength;
    return type === PDU.associateAc ? MAX_ASSOCIATE_RQ_BYTES : 64;
  }

  get #maxPduLength(): number {
    return this.#settings.maxPduLength ?? DEFAULT_MAX_PDU;
  }

  controlPdu(type: number, body: Buffer): void {
    if (type === PDU.associateAc) this.#accepted(body);
    else if (type === PDU.associateRj) {
      const { result, source, reason } = decodeAssociateReject(body);
      this.#end('rejected', `rejected: result ${result}, source ${source}, reason ${reason}`);
    } else if (type === PDU.releaseRq) this.#end('closed', 'released by the peer', releaseResponse());
    else if (type === PDU.releaseRp) this.#end('stopped', 'released');
    else this.#end('aborted', `aborted by the peer: source ${body[2] ?? 0}, reason ${body[3] ?? 0}`);
  }

  fragment(contextId: number, control: number, slice: Buffer, endOfPdv: boolean): void {
    if (this.#state === 'over') return;
    this.#dialogue?.fragment(contextId, control, slice, endOfPdv);
    if (this.#dialogue?.messageUnderWay === false) this.#incoming.gotOn();
    if (this.#responses.full) this.#incoming.hold();
  }

  #enter(state: State): void {
    this.#state = state;
    this.#since = performance.now();
  }

  #request(): void {
    if (this.#state !== 'connecting') return;
    this.#enter('requested');
    this.#output.write(proposalPdu(this.#settings, this.#maxPduLength));
  }

  #accepted(body: Buffer): void {
    const { contexts, maximumLength } = readAnswer(body, this.#settings);
    const { serving, log } = this.#settings;
    const peer = this.#peer();
    this.#enter('established');
    this.#dialogue = new Dialogue({
      peer,
      contexts,
      peerMaximum: maximumLength,
      output: this.#output,
      handlers: serving?.handlers ?? {},
      onResponse: (command: CommandSet) => this.#responses.receive(command),
      onAccess: serving?.onAccess ?? (() => undefined),
      logFailure: (what, cause) => log.error({ peer: peer.who, what, err: cause }, 'DIMSE request failed'),
      abort: (why) => this.#end('internal', why, abortPdu(0, 0)),
      hold: () => this.#incoming.hold(),
      proceed: () => this.#readOn(),
    });
    this.#settleOpened(null);
  }

  #peer(): Peer {
    const { aeTitle } = this.#settings.destination;
    const address = plainAddress(this.#socket.remoteAddress);
    const who = `${aeTitle}@${address}`;
    return { callingAe: aeTitle, address, who, device: this.#settings.serving?.device, may: ALL };
  }

  #readOn(): void {
    const dialogue = this.#dialogue;
    if (dialogue === null || dialogue.busy || this.#responses.full || this.#state === 'over') return;
    this.#incoming.proceed(() => dialogue.retry());
  }

  #checkTime(now: number): void {
    const { connectMs, associateMs, writeStallMs, releaseMs } = this.#limits;
    const waited = now - this.#since;
    if (this.#state === 'connecting' && waited > connectMs) this.#end('unreachable', 'no connection in time');
    else if (this.#state === 'requested' && waited > associateMs)
      this.#end('timed-out', 'no answer to the association request', abortPdu(0, 0));
    else if (this.#state === 'releasing' && waited > releaseMs)
      this.#end('timed-out', 'no answer to the release', abortPdu(0, 0));
    else if (now - (this.#output.stalledSince ?? now) > writeStallMs)
      this.#end('timed-out', 'the peer does not take it', abortPdu(0, 0));
    else if (this.#responses.isLate(now)) this.#end('timed-out', 'no response in time', abortPdu(0, 0));
  }

  #lineFailed(error: Error): void {
    this.#end(this.#dialogue === null ? 'unreachable' : 'closed', connectionFault(error));
  }

  #broken(error: unknown): void {
    if (error instanceof ProtocolViolation) {
      this.#end('violation', error.message, abortPdu(2, error.reason));
    } else {
      this.#settings.log.error({ err: error }, 'a bug ended an association of ours');
      this.#end('internal', 'internal error', abortPdu(2, ABORT_REASON.notSpecified));
    }
  }

  /** The one end: sends the last words, tells everybody who waits, gives the connection back. */
  #end(reason: AssociationFailure['reason'], detail: string, lastWords?: Buffer): void {
    if (this.#state === 'over') return;
    const connected = this.#state !== 'connecting';
    this.#enter('over');
    this.#failure = { kind: 'failed', reason, detail };
    clearInterval(this.#watch);
    this.#settings.signal?.removeEventListener('abort', this.#stop);
    if (lastWords === undefined || !connected) this.#socket.destroy();
    else this.#sayLast(lastWords);
    this.#output.end();
    this.#incoming.end();
    this.#dialogue?.abandon();
    this.#responses.end();
    this.#settleOpened(this.#failure);
    this.#released?.();
  }

  /** A peer that takes nothing would keep the connection for ever. */
  #sayLast(pdu: Buffer): void {
    this.#socket.end(pdu);
    const linger = setTimeout(() => this.#socket.destroy(), LINGER_MS);
    this.#socket.once('close', () => clearTimeout(linger));
  }
}
