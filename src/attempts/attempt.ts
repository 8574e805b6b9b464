/** One connection to a DICOM port as its door saw it: everything that a diagnosis needs and nothing of a patient. */

/** What the first bytes of a connection were; of an encrypted one, the first that were encrypted. */
export type Opening = 'nothing' | 'associate-request' | 'other-pdu' | 'tls' | 'http' | 'other';

/** How a connection ended; who or what ended it. */
export type Ending =
  | 'released'
  | 'rejected'
  | 'aborted-by-peer'
  | 'closed-by-peer'
  | 'no-request-in-time'
  | 'idle'
  | 'stalled'
  | 'protocol-violation'
  | 'over-limit'
  | 'shutdown'
  | 'internal-error'
  | 'tls-failed';

/** Why an association request was refused, as a whole; see the door's negotiation. */
export type Refusal =
  | 'protocol-version'
  | 'application-context'
  | 'too-many-contexts'
  | 'context-ids'
  | 'maximum-length'
  | 'called-ae'
  | 'calling-ae'
  | 'public-address'
  | 'tls-only'
  | 'client-certificate';

export interface AttemptContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
  /** Result/reason of the answer (PS3.8 table 9-18); null when the request as a whole was not accepted. */
  readonly result: number | null;
  /** The transfer syntax that was accepted; '' when none was. */
  readonly accepted: string;
}

/** An A-ASSOCIATE-RQ and what was answered to it. */
export interface AttemptRequest {
  readonly callingAe: string;
  readonly calledAe: string;
  readonly implementationClassUid: string;
  readonly implementationVersion: string;
  readonly contexts: readonly AttemptContext[];
  readonly refusal: Refusal | null;
  /** The calling device is approved. */
  readonly approved: boolean;
  /** The called AE title is ours. */
  readonly calledOurs: boolean;
}

/** What a TLS connection says of its peer. */
export interface AttemptTls {
  readonly version: string;
  readonly cipher: string;
  readonly certificate: {
    /** 'O=…, CN=…' */
    readonly subject: string;
    /** SHA-256, 'AA:BB:…' */
    readonly fingerprint: string;
    /** To be registered for the device; '' when it is too long to be kept. */
    readonly pem: string;
    /** It is the device's, or our authority has made it; null: nobody asked. */
    readonly trusted: boolean | null;
  } | null;
}

export interface AttemptFacts {
  /** When the connection came: ISO 8601, UTC. */
  readonly at: string;
  /** IP address. */
  readonly address: string;
  readonly port: 'plain' | 'tls';
  readonly opening: Opening;
  /** Null: there was no encryption, or it was not agreed upon. Records from before there was TLS have none. */
  readonly tls?: AttemptTls | null;
  /** Null when no whole, readable request came. */
  readonly request: AttemptRequest | null;
  /** Requests that were answered, by service: { store: 12 }. */
  readonly services: Readonly<Record<string, number>>;
  readonly ending: Ending;
  /** The connection ended in the middle of a message, or while its answer was owed. */
  readonly unfinished: boolean;
  /** For support, English: what was wrong in particular. '' when nothing was. */
  readonly detail: string;
}
