/** What an association of ours is opened with, and the ways in which it can fail. */
import type { ConnectionOptions } from 'node:tls';
import type { Log } from '../../log.ts';
import type { Access } from './conversation.ts';
import { deviceTls } from './device-tls.ts';
import type { Handlers } from './dialogue.ts';
import type { Device, Service } from './services.ts';
import type { TlsCertificates } from './tls-handshakes.ts';

/** Where an association goes to. */
export interface Destination {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  /** Given: the connection is a TLS one. */
  readonly tls?: ConnectionOptions | undefined;
}

/** The place of a device, by TLS where that is set; undefined when it has no fixed address or no port. */
export function destinationOf(
  device: Pick<Device, 'aeTitle' | 'host' | 'port' | 'tls' | 'certificate'>,
  certificates: Pick<TlsCertificates, 'authority' | 'shown'>,
): Destination | undefined {
  const { aeTitle, host, port } = device;
  if (host === 'any' || port === null) return undefined;
  return { aeTitle, host, port, tls: deviceTls(device, certificates) };
}

export interface Proposal {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
  /** Roles that this side proposes for itself (PS3.7 Annex D.3.3.4); absent: SCU, the default. */
  readonly role?: { readonly scu: boolean; readonly scp: boolean };
}

/** How long a peer may keep us waiting. Milliseconds. */
export interface RequesterLimits {
  readonly connectMs: number;
  /** From the connection to the answer to the association request. */
  readonly associateMs: number;
  /** For a response, from the end of the request. */
  readonly responseMs: number;
  /** Without taking what we send. */
  readonly writeStallMs: number;
  /** For the answer to a release. */
  readonly releaseMs: number;
}

export const REQUESTER_LIMITS: RequesterLimits = {
  connectMs: 10_000,
  associateMs: 30_000,
  responseMs: 60_000,
  writeStallMs: 60_000,
  releaseMs: 5_000,
};

/** Requests that the peer may send on our association: sub-operations of a C-GET, event reports. */
export interface Serving {
  readonly service: (abstractSyntax: string) => Service | undefined;
  readonly handlers: Partial<Handlers>;
  /** The peer as an approved device, for what it stores. */
  readonly device?: Device | undefined;
  readonly onAccess: (access: Access) => void;
}

export interface RequesterSettings {
  readonly destination: Destination;
  readonly callingAe: string;
  /** At most 128; the n-th gets the id 2n+1. */
  readonly proposals: readonly Proposal[];
  readonly log: Log;
  readonly maxPduLength?: number;
  readonly limits?: Partial<RequesterLimits> | undefined;
  /** Ends the association at once, whatever is under way. */
  readonly signal?: AbortSignal | undefined;
  readonly serving?: Serving;
}

/** Why an association of ours could not be had, or ended before we ended it. `detail` is for support: no patient data. */
export interface AssociationFailure {
  readonly kind: 'failed';
  readonly reason:
    | 'unreachable'
    | 'timed-out'
    | 'rejected'
    | 'nothing-accepted'
    | 'aborted'
    | 'closed'
    | 'violation'
    | 'stopped'
    | 'internal';
  readonly detail: string;
}

/** Often enough for the shortest limit, and at least once a second. */
export function watchMs(limits: RequesterLimits): number {
  return Math.max(20, Math.min(1000, Math.min(...Object.values(limits)) / 4));
}
