/** Writes A-ASSOCIATE-RQ and reads A-ASSOCIATE-AC and -RJ: the requestor's half of acse.ts (PS3.8 sections 9.3.2 to 9.3.4). */
import {
  APPLICATION_CONTEXT,
  eachItem,
  ITEM,
  item,
  malformed,
  type ProposedContext,
  pdu,
  type Rejection,
  type RoleSelection,
  roleItem,
  roleSelection,
  uid,
} from './acse.ts';
import { PDU } from './pdu-types.ts';

export interface AssociateProposal {
  readonly calledAe: string;
  readonly callingAe: string;
  /** At most 128, with odd and distinct ids. */
  readonly contexts: readonly ProposedContext[];
  readonly roles: readonly RoleSelection[];
  /** Longest P-DATA that this side takes, in bytes. */
  readonly maximumLength: number;
  readonly implementationClassUid: string;
  readonly implementationVersion: string;
}

/** A-ASSOCIATE-RQ, whole PDU. */
export function encodeAssociateRequest(proposal: AssociateProposal): Buffer {
  const { contexts, roles, maximumLength, implementationClassUid, implementationVersion } = proposal;
  const maximum = Buffer.alloc(4);
  maximum.writeUInt32BE(maximumLength);
  const userItems = [
    item(ITEM.maximumLength, maximum),
    item(ITEM.implementationClassUid, Buffer.from(implementationClassUid)),
    ...roles.map(roleItem),
    item(ITEM.implementationVersion, Buffer.from(implementationVersion)),
  ];
  return pdu(
    PDU.associateRq,
    Buffer.concat([
      Buffer.from([0, 1, 0, 0]),
      paddedTitle(proposal.calledAe),
      paddedTitle(proposal.callingAe),
      Buffer.alloc(32),
      item(ITEM.applicationContext, Buffer.from(APPLICATION_CONTEXT)),
      ...contexts.map(contextItem),
      item(ITEM.userInformation, Buffer.concat(userItems)),
    ]),
  );
}

function paddedTitle(aeTitle: string): Buffer {
  return Buffer.from(aeTitle.padEnd(16).slice(0, 16), 'latin1');
}

function contextItem({ id, abstractSyntax, transferSyntaxes }: ProposedContext): Buffer {
  const syntaxes = transferSyntaxes.map((syntax) => item(ITEM.transferSyntax, Buffer.from(syntax, 'latin1')));
  const name = item(ITEM.abstractSyntax, Buffer.from(abstractSyntax, 'latin1'));
  return item(ITEM.proposedContext, Buffer.concat([Buffer.from([id, 0, 0, 0]), name, ...syntaxes]));
}

export interface AssociateAccept {
  /** Accepted contexts: id and the transfer syntax that was chosen. */
  readonly transferSyntaxes: ReadonlyMap<number, string>;
  /** Roles that were answered; a SOP class without an answer keeps the default roles. */
  readonly roles: ReadonlyMap<string, RoleSelection>;
  /** Longest P-DATA that the peer takes, in bytes; 0 = no limit. */
  readonly maximumLength: number;
}

const FIXED_BYTES = 68;

/** Reads the body of an A-ASSOCIATE-AC; the echoed AE titles are not looked at (PS3.8 table 9-17). Throws ProtocolViolation. */
export function decodeAssociateAccept(body: Buffer): AssociateAccept {
  if (body.length < FIXED_BYTES) throw malformed('A-ASSOCIATE-AC is too short');
  const transferSyntaxes = new Map<number, string>();
  const roles = new Map<string, RoleSelection>();
  let maximumLength = 0;
  eachItem(body.subarray(FIXED_BYTES), (type, value) => {
    if (type === ITEM.answeredContext) readAnsweredContext(value, transferSyntaxes);
    else if (type === ITEM.userInformation) {
      eachItem(value, (sub, bytes) => {
        if (sub === ITEM.maximumLength && bytes.length >= 4) maximumLength = bytes.readUInt32BE(0);
        else if (sub === ITEM.roleSelection) {
          const role = roleSelection(bytes);
          roles.set(role.sopClassUid, role);
        }
      });
    }
  });
  return { transferSyntaxes, roles, maximumLength };
}

function readAnsweredContext(value: Buffer, into: Map<number, string>): void {
  if (value.length < 4) throw malformed('presentation context item is too short');
  const [id, result] = [value.readUInt8(0), value.readUInt8(2)];
  if (result !== 0) return;
  eachItem(value.subarray(4), (type, bytes) => {
    if (type === ITEM.transferSyntax && !into.has(id)) into.set(id, uid(bytes));
  });
}

/** Reads the body of an A-ASSOCIATE-RJ. Throws ProtocolViolation. */
export function decodeAssociateReject(body: Buffer): Rejection {
  if (body.length < 4) throw malformed('A-ASSOCIATE-RJ is too short');
  const [result, source] = [body.readUInt8(1) === 2 ? 2 : 1, body.readUInt8(2)] as const;
  return { result, source: source === 2 || source === 3 ? source : 1, reason: body.readUInt8(3) };
}
