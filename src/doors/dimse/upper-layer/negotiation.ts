/** The answer to an association request: a pure function of the request and our policy (PS3.8 section 7.1, PS3.7 Annex D.3). */
import type { Refusal } from '../../../attempts/attempt.ts';
import { IMPLICIT_LE, transferSyntax as knownTransferSyntax } from '../../../dicom/transfer-syntaxes.ts';
import { isStorableUid } from '../../../dicom/uid.ts';
import { answerExtended } from '../extended-negotiation.ts';
import { type Device, type Permission, permissionsOf, type Service, serviceOf } from '../services.ts';
import {
  type AnsweredContext,
  APPLICATION_CONTEXT,
  type AssociateRequest,
  CONTEXT_RESULT,
  type ExtendedNegotiation,
  type ProposedContext,
  type Rejection,
  type RoleSelection,
} from './acse.ts';
import { SMALLEST_PEER_MAXIMUM } from './pdu-writer.ts';

export interface Policy {
  readonly aeTitle: string;
  readonly strictCalledAe: boolean;
  readonly unknownDevices: 'store' | 'reject';
  /** The approved device that calls; undefined = unknown. */
  readonly device: Device | undefined;
  /** The peer's address is private (see isPrivateAddress). */
  readonly privateAddress: boolean;
  /** How it has come: 'clear-on-tls-port' is without TLS to the port that is for TLS. */
  readonly encryption: 'clear' | 'clear-on-tls-port' | 'tls';
  /** Its certificate, or that it has none, is no reason to refuse it. */
  readonly certificateFits: boolean;
}

export interface AcceptedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
  readonly service: Service;
  /** The peer takes C-STORE requests on it, as SCP of a C-GET. */
  readonly peerIsScp: boolean;
  /** What was answered to its extended negotiation; absent where none was asked for. */
  readonly extended?: Buffer | undefined;
}

export type Negotiated =
  | { kind: 'rejected'; code: Refusal; rejection: Rejection }
  | {
      kind: 'accepted';
      contexts: AcceptedContext[];
      answers: AnsweredContext[];
      roles: RoleSelection[];
      extended: ExtendedNegotiation[];
      /** Services that were proposed and not allowed to this peer. */
      notAllowed: ReadonlySet<Service['name']>;
    };

/** Presentation contexts of one association: their ids are odd bytes (PS3.8 section 9.3.2.2). */
export const MAX_CONTEXTS = 128;

/** Decides on an association request. */
export function negotiate(request: AssociateRequest, policy: Policy): Negotiated {
  const code = malformed(request) ?? unwelcome(request, policy);
  if (code !== undefined) return { kind: 'rejected', code, rejection: REJECTIONS[code] };
  const may = permissionsOf(policy.device);
  const roles = answerRoles(request, may);
  const extended = answerExtensions(request);
  const contexts: AcceptedContext[] = [];
  const answers: AnsweredContext[] = [];
  const notAllowed = new Set<Service['name']>();
  for (const proposed of request.contexts) {
    const role = roles.get(proposed.abstractSyntax);
    const decision = decide(proposed, may, role);
    if (decision.service !== undefined && decision.result === CONTEXT_RESULT.userRejected) {
      notAllowed.add(decision.service.name);
    }
    answers.push({ id: proposed.id, result: decision.result, transferSyntax: decision.transferSyntax });
    if (decision.service !== undefined && decision.result === CONTEXT_RESULT.accepted) {
      const { id, abstractSyntax } = proposed;
      const { service, transferSyntax } = decision;
      const given = { peerIsScp: role?.scp === true, extended: extended.get(abstractSyntax)?.information };
      contexts.push({ id, abstractSyntax, transferSyntax, service, ...given });
    }
  }
  const answered = new Set(contexts.map((context) => context.abstractSyntax));
  return {
    kind: 'accepted',
    contexts,
    answers,
    roles: [...roles.values()].filter((role) => answered.has(role.sopClassUid)),
    extended: [...extended.values()].filter(({ sopClassUid }) => answered.has(sopClassUid)),
    notAllowed,
  };
}

/** PS3.8 table 9-21. */
const REJECTIONS: Record<Refusal, Rejection> = {
  'protocol-version': { result: 1, source: 2, reason: 2 },
  'application-context': { result: 1, source: 1, reason: 2 },
  'too-many-contexts': { result: 1, source: 2, reason: 1 },
  'context-ids': { result: 1, source: 2, reason: 1 },
  'maximum-length': { result: 1, source: 2, reason: 1 },
  'called-ae': { result: 1, source: 1, reason: 7 },
  'calling-ae': { result: 1, source: 1, reason: 3 },
  'public-address': { result: 1, source: 1, reason: 3 },
  'tls-only': { result: 1, source: 1, reason: 1 },
  'client-certificate': { result: 1, source: 1, reason: 3 },
};

function malformed(request: AssociateRequest): Refusal | undefined {
  if ((request.protocolVersion & 1) === 0) return 'protocol-version';
  if (request.applicationContext !== APPLICATION_CONTEXT) return 'application-context';
  if (request.contexts.length > MAX_CONTEXTS) return 'too-many-contexts';
  const ids = new Set(request.contexts.map((context) => context.id));
  if (ids.size !== request.contexts.length || [...ids].some((id) => id % 2 === 0)) return 'context-ids';
  if (request.maximumLength !== 0 && request.maximumLength < SMALLEST_PEER_MAXIMUM) return 'maximum-length';
  return undefined;
}

function unwelcome(request: AssociateRequest, policy: Policy): Refusal | undefined {
  if (policy.encryption === 'clear-on-tls-port') return 'tls-only';
  if (policy.device === undefined) {
    if (!policy.privateAddress) return 'public-address';
    if (policy.unknownDevices === 'reject') return 'calling-ae';
  }
  if (policy.device?.tls === 'only' && policy.encryption !== 'tls') return 'tls-only';
  if (!policy.certificateFits) return 'client-certificate';
  return policy.strictCalledAe && request.calledAe !== policy.aeTitle ? 'called-ae' : undefined;
}

/** PS3.7 Annex D.3.3.4. Proposals for classes without a second role stay unanswered: the default roles hold. */
function answerRoles(request: AssociateRequest, may: ReadonlySet<Permission>): Map<string, RoleSelection> {
  const roles = new Map<string, RoleSelection>();
  for (const { sopClassUid, scu, scp } of request.roles) {
    const service = serviceOf(sopClassUid);
    if (service === undefined || service.scpRole === null) continue;
    const isScu = scu && (service.permission === null || may.has(service.permission));
    roles.set(sopClassUid, { sopClassUid, scu: isScu, scp: scp && may.has(service.scpRole) });
  }
  return roles;
}

/** PS3.7 Annex D.3.3.5: one answer for a SOP class, to the first that asks. */
function answerExtensions(request: AssociateRequest): Map<string, ExtendedNegotiation> {
  const answers = new Map<string, ExtendedNegotiation>();
  for (const { sopClassUid, information } of request.extended) {
    const extended = serviceOf(sopClassUid)?.extended ?? null;
    if (extended === null || answers.has(sopClassUid)) continue;
    answers.set(sopClassUid, { sopClassUid, information: answerExtended(extended, information) });
  }
  return answers;
}

interface Decision {
  service: Service | undefined;
  result: AnsweredContext['result'];
  transferSyntax: string;
}

function decide(proposed: ProposedContext, may: ReadonlySet<Permission>, role: RoleSelection | undefined): Decision {
  const service = serviceOf(proposed.abstractSyntax);
  const fallback = proposed.transferSyntaxes.find(isStorableUid) ?? IMPLICIT_LE;
  if (service === undefined) {
    return { service, result: CONTEXT_RESULT.abstractSyntaxUnknown, transferSyntax: fallback };
  }
  const allowed = service.permission === null || may.has(service.permission) || role?.scp === true;
  if (!allowed) return { service, result: CONTEXT_RESULT.userRejected, transferSyntax: fallback };
  const chosen = chooseTransferSyntax(service, proposed.transferSyntaxes);
  if (chosen === undefined) {
    return { service, result: CONTEXT_RESULT.transferSyntaxesUnknown, transferSyntax: fallback };
  }
  return { service, result: CONTEXT_RESULT.accepted, transferSyntax: chosen };
}

/** The proposer's first; big endian and deflated ones last, since they are the costly ones to show. */
function chooseTransferSyntax(service: Service, proposed: readonly string[]): string | undefined {
  const usable = proposed.filter((uid) =>
    service.transferSyntaxes === null ? isStorableUid(uid) : service.transferSyntaxes.has(uid),
  );
  return usable.find((uid) => !isLastChoice(uid)) ?? usable[0];
}

function isLastChoice(uid: string): boolean {
  const syntax = knownTransferSyntax(uid);
  return syntax !== undefined && (syntax.bigEndian || syntax.deflated);
}
