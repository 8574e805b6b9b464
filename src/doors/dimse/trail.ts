/** What is remembered of one connection while it lasts, for its record among the attempts. */
import type { AttemptFacts, AttemptRequest, Ending, Opening } from '../../attempts/attempt.ts';
import { attemptTlsOf, type TlsLine } from './line.ts';
import type { AssociateRequest } from './upper-layer/acse.ts';
import type { Negotiated } from './upper-layer/negotiation.ts';
import { PDU } from './upper-layer/pdu-types.ts';

/** What is known of the request beside its own words. */
export interface Judgement {
  readonly negotiated: Negotiated;
  readonly approved: boolean;
  readonly calledOurs: boolean;
  /** The peer's certificate is the device's or made by our authority; null: it has none, or nobody asked. */
  readonly certificateTrusted: boolean | null;
}

export class Trail {
  readonly #at = new Date().toISOString();
  readonly #address: string;
  readonly #port: AttemptFacts['port'];
  readonly #record: (facts: AttemptFacts) => void;
  #opening: Opening = 'nothing';
  #request: AttemptRequest | null = null;
  #tls: TlsLine | null = null;
  #certificateTrusted: boolean | null = null;
  #ended = false;

  constructor(address: string, port: AttemptFacts['port'], record: (facts: AttemptFacts) => void) {
    this.#address = address;
    this.#port = port;
    this.#record = record;
  }

  /** The first bytes have come; later calls change nothing. */
  opens(chunk: Buffer): void {
    if (this.#opening === 'nothing') this.#opening = openingOf(chunk);
  }

  /** The connection begins with a TLS handshake. */
  opensTls(): void {
    this.#opening = 'tls';
  }

  /** The handshake is done: what comes first now is the opening. */
  secured(tls: TlsLine): void {
    this.#tls = tls;
    this.#opening = 'nothing';
  }

  asked(request: AssociateRequest, judgement: Judgement): void {
    this.#request = requestOf(request, judgement);
    this.#certificateTrusted = judgement.certificateTrusted;
  }

  /** The connection has ended for this reason: it is recorded. Whatever is said later changes nothing. */
  ends(ending: Ending, rest: Partial<Pick<AttemptFacts, 'services' | 'unfinished' | 'detail'>> = {}): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#record({
      at: this.#at,
      address: this.#address,
      port: this.#port,
      opening: this.#opening,
      tls: this.#tls && attemptTlsOf(this.#tls, this.#certificateTrusted),
      request: this.#request,
      services: {},
      unfinished: false,
      detail: '',
      ...rest,
      ending,
    });
  }
}

const METHOD = /^(GET|PUT|POST|HEAD|PRI|TRACE|PATCH|DELETE|OPTIONS|CONNECT) /;
const TLS_HANDSHAKE = 0x16;

function openingOf(chunk: Buffer): Opening {
  const [type = 0, second] = chunk;
  if (type === TLS_HANDSHAKE && (second === undefined || second === 3)) return 'tls';
  if (type === PDU.associateRq) return 'associate-request';
  if (type > PDU.associateRq && type <= PDU.abort) return 'other-pdu';
  return METHOD.test(chunk.toString('latin1', 0, 8)) ? 'http' : 'other';
}

function requestOf(request: AssociateRequest, { negotiated, approved, calledOurs }: Judgement): AttemptRequest {
  const answers = negotiated.kind === 'accepted' ? negotiated.answers : [];
  return {
    callingAe: request.callingAe,
    calledAe: request.calledAe,
    implementationClassUid: request.implementationClassUid,
    implementationVersion: request.implementationVersion,
    contexts: request.contexts.map((context, index) => {
      const answer = answers[index];
      const accepted = answer?.result === 0 ? answer.transferSyntax : '';
      return { ...context, result: answer?.result ?? null, accepted };
    }),
    refusal: negotiated.kind === 'rejected' ? negotiated.code : null,
    approved,
    calledOurs,
  };
}
