/** From what a connection did to what it means: a pure function, tested by table. */
import type { AttemptFacts, AttemptRequest, Opening, Refusal } from './attempt.ts';
import type { DiagnosisCode } from './diagnoses.ts';

/** The one thing to tell about a connection: what went wrong first, else what staff should look at, else 'ok'. */
export function diagnose(facts: AttemptFacts): DiagnosisCode {
  if (facts.ending === 'internal-error') return 'internal-error';
  const { request } = facts;
  return request === null ? withoutRequest(facts) : withRequest(facts, request);
}

const BY_OPENING: Partial<Record<Opening, DiagnosisCode>> = {
  http: 'http',
  other: 'garbage',
  'other-pdu': 'protocol-violation',
};

function withoutRequest({ opening, port, ending }: AttemptFacts): DiagnosisCode {
  if (ending === 'over-limit') return 'over-limit';
  if (opening === 'tls' && port === 'plain') return 'tls-on-plain-port';
  if (ending === 'tls-failed') return 'tls-failed';
  const strange = BY_OPENING[opening];
  if (strange !== undefined) return strange;
  if (ending === 'shutdown') return 'shutdown';
  if (opening === 'nothing') return 'half-open';
  if (ending === 'no-request-in-time') return 'timed-out';
  return ending === 'protocol-violation' ? 'malformed' : 'connection-lost';
}

const BY_REFUSAL: Record<Refusal, DiagnosisCode> = {
  'protocol-version': 'malformed',
  'application-context': 'malformed',
  'too-many-contexts': 'malformed',
  'context-ids': 'malformed',
  'maximum-length': 'malformed',
  'called-ae': 'wrong-called-ae',
  'calling-ae': 'unknown-device-rejected',
  'public-address': 'public-address',
  'tls-only': 'tls-only',
  'client-certificate': 'client-certificate',
};

function withRequest(facts: AttemptFacts, request: AttemptRequest): DiagnosisCode {
  const { port, tls = null, ending, unfinished } = facts;
  if (port === 'tls' && tls === null) return 'plain-on-tls-port';
  if (request.callingAe === '') return 'blank-ae';
  if (request.refusal === 'client-certificate' && !tls?.certificate) return 'no-client-certificate';
  if (request.refusal !== null) return BY_REFUSAL[request.refusal];
  if (ending === 'over-limit') return 'over-limit';
  if (ending === 'protocol-violation') return 'protocol-violation';
  const { contexts } = request;
  if (contexts.some(({ result }) => result === USER_REJECTED)) return 'not-permitted';
  if (!contexts.some(({ result }) => result === ACCEPTED)) return 'no-common-context';
  if (unfinished || Object.keys(facts.services).length === 0) {
    const broken = BROKEN_OFF[ending];
    if (broken !== undefined) return broken;
  }
  if (!request.approved) return 'unknown-device';
  return request.calledOurs ? 'ok' : 'other-called-ae';
}

/** PS3.8 table 9-18. */
const ACCEPTED = 0;
const USER_REJECTED = 1;

/** Many devices end without a release once they have what they came for; that is no failure. */
const BROKEN_OFF: Partial<Record<AttemptFacts['ending'], DiagnosisCode>> = {
  'aborted-by-peer': 'aborted-by-peer',
  'closed-by-peer': 'connection-lost',
  idle: 'timed-out',
  stalled: 'timed-out',
  shutdown: 'shutdown',
};
