/** What an association of ours proposes, and what of it was accepted (PS3.8 section 7.1, PS3.7 Annex D.3.3). */
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../../dicom/part10.ts';
import type { RequesterSettings } from './requester-settings.ts';
import type { Service } from './services.ts';
import type { RoleSelection } from './upper-layer/acse.ts';
import { decodeAssociateAccept, encodeAssociateRequest } from './upper-layer/acse-requestor.ts';
import type { AcceptedContext } from './upper-layer/negotiation.ts';
import { SMALLEST_PEER_MAXIMUM } from './upper-layer/pdu-writer.ts';
import { ABORT_REASON, ProtocolViolation } from './upper-layer/protocol-violation.ts';

/** What the peer may ask on a context that we serve nothing on: nothing. */
const UNSERVED: Service = {
  name: 'echo',
  commands: [],
  permission: null,
  scpRole: null,
  extended: null,
  transferSyntaxes: null,
};

const idOf = (index: number) => 2 * index + 1;

/** The A-ASSOCIATE-RQ. */
export function proposalPdu({ destination, callingAe, proposals }: RequesterSettings, maximumLength: number): Buffer {
  const roles = new Map<string, RoleSelection>();
  for (const { abstractSyntax, role } of proposals) {
    if (role !== undefined) roles.set(abstractSyntax, { sopClassUid: abstractSyntax, ...role });
  }
  return encodeAssociateRequest({
    calledAe: destination.aeTitle,
    callingAe,
    contexts: proposals.map(({ abstractSyntax, transferSyntaxes }, index) => ({
      id: idOf(index),
      abstractSyntax,
      transferSyntaxes: [...transferSyntaxes],
    })),
    roles: [...roles.values()],
    maximumLength,
    implementationClassUid: IMPLEMENTATION_CLASS_UID,
    implementationVersion: IMPLEMENTATION_VERSION_NAME,
  });
}

export interface Answer {
  readonly contexts: AcceptedContext[];
  /** Longest P-DATA that the peer takes, in bytes; 0 = no limit. */
  readonly maximumLength: number;
}

/** The A-ASSOCIATE-AC's body against what was proposed; an answer that was not proposed counts as refused. Throws ProtocolViolation. */
export function readAnswer(body: Buffer, { proposals, serving }: RequesterSettings): Answer {
  const { transferSyntaxes, roles, maximumLength } = decodeAssociateAccept(body);
  if (maximumLength !== 0 && maximumLength < SMALLEST_PEER_MAXIMUM) {
    throw new ProtocolViolation(ABORT_REASON.invalidParameter, 'the peer takes PDUs of no use');
  }
  const contexts: AcceptedContext[] = [];
  proposals.forEach(({ abstractSyntax, transferSyntaxes: proposed }, index) => {
    const transferSyntax = transferSyntaxes.get(idOf(index));
    if (transferSyntax === undefined || !proposed.includes(transferSyntax)) return;
    const service = serving?.service(abstractSyntax) ?? UNSERVED;
    const peerIsScp = roles.get(abstractSyntax)?.scu ?? true;
    contexts.push({ id: idOf(index), abstractSyntax, transferSyntax, service, peerIsScp });
  });
  return { contexts, maximumLength };
}
