/**
 * One association's life, from the connection to its end: the state machine of PS3.8 section 9.2 for an acceptor.
 * 'awaiting-request' is Sta2, 'established' Sta6, 'releasing' Sta8, 'ending' Sta13 (our last PDU is on its way).
 */
import type { Socket } from 'node:net';
import type { Ending } from '../../attempts/attempt.ts';
import type { Log } from '../../log.ts';
import type { Admission, Guest } from './admission.ts';
import type { Access, Peer } from './conversation.ts';
import { Dialogue, type Handlers } from './dialogue.ts';
import { Incoming } from './incoming.ts';
import type { Line } from './line.ts';
import { Outgoing } from './outgoing.ts';
import type { TimeLimits } from './time-limits.ts';
import { reasonOf } from './tls-handshakes.ts';
import type { Judgement, Trail } from './trail.ts';
import {
  type AssociateRequest,
  decodeAssociateRequest,
  encodeAssociateReject,
  type Rejection,
} from './upper-layer/acse.ts';
import type { AcceptedContext } from './upper-layer/negotiation.ts';
import type { PduSink } from './upper-layer/pdu-reader.ts';
import { MAX_ASSOCIATE_RQ_BYTES, PDU } from './upper-layer/pdu-types.ts';
import { abortPdu, releaseResponse } from './upper-layer/pdu-writer.ts';
import { ABORT_REASON, ProtocolViolation } from './upper-layer/protocol-violation.ts';

/** What becomes of an association request. */
export type Verdict =
  | { kind: 'rejected'; rejection: Rejection; judgement: Judgement }
  | { kind: 'accepted'; peer: Peer; contexts: AcceptedContext[]; answer: Buffer; judgement: Judgement };

export interface AssociationSettings {
  readonly line: Line;
  /** When the connection came. Milliseconds, monotonic clock. */
  readonly since: number;
  /** An approved device may call from this address. */
  readonly familiar: boolean;
  readonly trail: Trail;
  readonly maxPduLength: number;
  readonly admission: Admission;
  readonly handlers: Handlers;
  readonly limits: TimeLimits;
  readonly log: Log;
  readonly onAccess: (access: Access) => void;
  readonly decide: (request: AssociateRequest, line: Line) => Verdict;
}

type State = 'awaiting-request' | 'established' | 'releasing' | 'ending' | 'closed';

const LOCAL_LIMIT_EXCEEDED: Rejection = { result: 2, source: 3, reason: 2 };

export class Association implements Guest, PduSink {
  readonly address: string;
  readonly familiar: boolean;
  readonly #settings: AssociationSettings;
  readonly #socket: Socket;
  readonly #incoming: Incoming;
  readonly #output: Outgoing;
  #dialogue: Dialogue | null = null;
  #state: State = 'awaiting-request';
  #since: number;

  constructor(socket: Socket, settings: AssociationSettings) {
    this.address = settings.line.address;
    this.#since = settings.since;
    this.familiar = settings.familiar;
    this.#settings = settings;
    this.#socket = socket;
    this.#output = new Outgoing(socket);
    this.#incoming = new Incoming(socket, {
      sink: this,
      sees: (chunk) => settings.trail.opens(chunk),
      congestion: () => this.#dialogue?.congestion,
      failed: (error) => this.#failed(error),
    });
    socket.on('error', (error) => this.#lineFailed(error));
    socket.on('close', () => this.#closed());
  }

  get approved(): boolean {
    return this.#dialogue?.peer.device !== undefined;
  }

  get associated(): boolean {
    return this.#dialogue !== null && !this.#isOver;
  }

  get progressAt(): number {
    return this.#incoming.progressAt;
  }

  /** Ends the connection at once, for a newcomer who needs the place. */
  drop(): void {
    this.#ends('over-limit');
    this.#abort('user', ABORT_REASON.notSpecified, 'dropped: the place was needed');
    this.#socket.destroySoon();
  }

  /** The listener closes: at once, unless a request is under way. */
  close(): void {
    const abort = () => {
      this.#ends('shutdown');
      this.#abort('user', ABORT_REASON.notSpecified, 'this side shuts down');
    };
    if (this.#dialogue === null) abort();
    else this.#dialogue.whenIdle(abort);
  }

  destroy(): void {
    this.#ends('shutdown');
    this.#socket.destroy();
  }

  /** Ends what has kept us waiting too long. */
  checkTime(now: number): void {
    const { artimMs, idleMs, answerMs, writeStallMs, lingerMs } = this.#settings.limits;
    if (this.#state === 'awaiting-request') {
      if (now - this.#since > artimMs) this.#giveUp('no-request-in-time', 'no association request in time');
    } else if (this.#state === 'ending') {
      if (now - this.#since > lingerMs) this.#socket.destroy();
    } else if (now - (this.#output.stalledSince ?? now) > writeStallMs) {
      this.#giveUp('stalled', 'the peer does not take what we send');
    } else if (now - (this.#dialogue?.wholeSince ?? now) > answerMs) {
      const why = 'the image could not be stored in time';
      this.#ends('internal-error', why);
      this.#abort('provider', ABORT_REASON.notSpecified, why);
    } else if (this.#dialogue?.deadlocked === true) {
      this.#violated(new ProtocolViolation(ABORT_REASON.unexpectedPdu, 'a request in place of a C-STORE response'));
    } else if (this.#incoming.congested || this.#dialogue?.owesAnswer === true) {
      this.#incoming.gotOn();
    } else if (now - this.progressAt > idleMs) {
      this.#ends('idle');
      this.#abort('provider', ABORT_REASON.notSpecified, 'idle for too long');
    }
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
    if (this.#state === 'awaiting-request') return type === PDU.associateRq;
    return this.#state === 'established' && (type === PDU.data || type === PDU.releaseRq);
  }

  #longest(type: number): number {
    if (type === PDU.data) return this.#settings.maxPduLength;
    return type === PDU.associateRq ? MAX_ASSOCIATE_RQ_BYTES : 4;
  }

  controlPdu(type: number, body: Buffer): void {
    if (type === PDU.associateRq) this.#requested(decodeAssociateRequest(body));
    else if (type === PDU.releaseRq) this.#release();
    else this.#giveUp('aborted-by-peer', 'aborted by the peer');
  }

  fragment(contextId: number, control: number, slice: Buffer, endOfPdv: boolean): void {
    this.#dialogue?.fragment(contextId, control, slice, endOfPdv);
    if (this.#dialogue?.messageUnderWay === false) this.#incoming.gotOn();
  }

  #requested(request: AssociateRequest): void {
    const verdict = this.#settings.decide(request, this.#settings.line);
    this.#settings.trail.asked(request, verdict.judgement);
    if (verdict.kind === 'rejected') {
      this.#ends('rejected');
      this.#last(encodeAssociateReject(verdict.rejection));
    } else if (!this.#settings.admission.associate(this, verdict.peer.device !== undefined)) {
      this.#settings.log.warn({ peer: verdict.peer.who }, 'association rejected: too many');
      this.#ends('over-limit');
      this.#last(encodeAssociateReject(LOCAL_LIMIT_EXCEEDED));
    } else {
      this.#establish(request, verdict.peer, verdict.contexts);
      this.#output.write(verdict.answer);
    }
  }

  #establish(request: AssociateRequest, peer: Peer, contexts: AcceptedContext[]): void {
    const { handlers, onAccess, log } = this.#settings;
    this.#state = 'established';
    this.#incoming.gotOn();
    this.#dialogue = new Dialogue({
      peer,
      contexts,
      peerMaximum: request.maximumLength,
      output: this.#output,
      handlers,
      onAccess,
      logFailure: (what, cause) => log.error({ peer: peer.who, what, err: cause }, 'DIMSE service failed'),
      abort: (why) => {
        this.#ends('internal-error', why);
        this.#abort('provider', ABORT_REASON.notSpecified, why);
      },
      hold: () => this.#incoming.hold(),
      proceed: () => this.#incoming.proceed(() => this.#dialogue?.retry()),
    });
  }

  #failed(error: unknown): void {
    if (error instanceof ProtocolViolation) {
      this.#violated(error);
    } else {
      this.#ends('internal-error');
      this.#settings.log.error({ peer: this.address, err: error }, 'a bug ended an association');
      this.#abort('provider', ABORT_REASON.notSpecified, 'internal error');
    }
  }

  /** PS3.8 table 9-10: before an association the abort comes from the service user (AA-1), later from the provider (AA-8). */
  #violated({ reason, message }: ProtocolViolation): void {
    this.#ends('protocol-violation', message);
    const early = this.#state === 'awaiting-request' || reason === ABORT_REASON.notSpecified;
    this.#abort(early ? 'user' : 'provider', reason, message);
  }

  #release(): void {
    const dialogue = this.#dialogue as Dialogue;
    if (dialogue.messageUnderWay) throw new ProtocolViolation(ABORT_REASON.unexpectedPdu, 'release inside a message');
    this.#state = 'releasing';
    this.#ends('released');
    dialogue.abandon();
    dialogue.whenIdle(() => this.#last(releaseResponse()));
  }

  #abort(source: 'user' | 'provider', reason: number, why: string): void {
    if (this.#isOver) return;
    this.#settings.log.warn({ peer: this.#dialogue?.peer.who ?? this.address, why }, 'association aborted');
    this.#last(abortPdu(source === 'user' ? 0 : 2, reason));
  }

  /** Sends a last PDU and leaves the peer a moment to close; what it still sends is thrown away. */
  #last(pdu: Buffer): void {
    if (this.#isOver) return;
    this.#state = 'ending';
    this.#since = performance.now();
    this.#socket.end(pdu);
    this.#over();
  }

  #giveUp(ending: Ending, why: string): void {
    this.#ends(ending);
    this.#settings.log.info({ peer: this.#dialogue?.peer.who ?? this.address, why }, 'connection closed');
    this.#state = 'ending';
    this.#incoming.end();
    this.#socket.destroy();
  }

  /** Under TLS 1.3 a peer that does not trust our certificate says so after the handshake. */
  #lineFailed(error: NodeJS.ErrnoException): void {
    this.#settings.log.debug({ peer: this.address, error: error.message }, 'connection');
    if (error.code?.startsWith('ERR_SSL') && this.#state === 'awaiting-request') {
      this.#ends('tls-failed', reasonOf(error));
    }
  }

  get #isOver(): boolean {
    return this.#state === 'ending' || this.#state === 'closed';
  }

  #over(): void {
    this.#incoming.end();
    this.#output.end();
    this.#dialogue?.abandon();
  }

  /** Goes on record with the first reason. */
  #ends(ending: Ending, detail = ''): void {
    const { served: services = {}, unfinished = false } = this.#dialogue ?? {};
    this.#settings.trail.ends(ending, { services, unfinished, detail });
  }

  #closed(): void {
    this.#ends('closed-by-peer');
    this.#state = 'closed';
    this.#over();
    this.#settings.admission.leave(this);
  }
}
