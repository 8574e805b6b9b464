/** Reads A-ASSOCIATE-RQ and writes A-ASSOCIATE-AC and -RJ (PS3.8 sections 9.3.2 to 9.3.4, PS3.7 Annex D.3.3). */
import { PDU, PDU_HEADER_BYTES } from './pdu-types.ts';
import { ABORT_REASON, ProtocolViolation } from './protocol-violation.ts';

export const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';

export const ITEM = {
  applicationContext: 0x10,
  proposedContext: 0x20,
  answeredContext: 0x21,
  abstractSyntax: 0x30,
  transferSyntax: 0x40,
  userInformation: 0x50,
  maximumLength: 0x51,
  implementationClassUid: 0x52,
  asynchronousOperations: 0x53,
  roleSelection: 0x54,
  implementationVersion: 0x55,
  extendedNegotiation: 0x56,
} as const;

/** Protocol version, two reserved bytes, both AE titles, 32 reserved bytes. */
const FIXED_BYTES = 68;

export interface ProposedContext {
  id: number;
  abstractSyntax: string;
  transferSyntaxes: string[];
}

/** PS3.7 Annex D.3.3.4: for one SOP class, whether the requestor would be SCU and SCP. */
export interface RoleSelection {
  sopClassUid: string;
  scu: boolean;
  scp: boolean;
}

/** PS3.7 Annex D.3.3.5: what a SOP class is asked for beyond its baseline; the bytes mean what its service class says. */
export interface ExtendedNegotiation {
  sopClassUid: string;
  information: Buffer;
}

export interface AssociateRequest {
  protocolVersion: number;
  calledAe: string;
  callingAe: string;
  /** The AE titles and reserved bytes as sent: the answer returns them unchanged. */
  echoed: Buffer;
  applicationContext: string;
  contexts: ProposedContext[];
  /** Longest P-DATA that the peer takes, in bytes; 0 = no limit. */
  maximumLength: number;
  implementationClassUid: string;
  implementationVersion: string;
  roles: RoleSelection[];
  extended: ExtendedNegotiation[];
  proposesAsynchronousOperations: boolean;
}

/** Reads the body of an A-ASSOCIATE-RQ. Unknown items are passed over, as PS3.8 section 9.3.1 asks. Throws ProtocolViolation. */
export function decodeAssociateRequest(body: Buffer): AssociateRequest {
  if (body.length < FIXED_BYTES) throw malformed('A-ASSOCIATE-RQ is too short');
  const request: AssociateRequest = {
    protocolVersion: body.readUInt16BE(0),
    calledAe: aeTitle(body.subarray(4, 20)),
    callingAe: aeTitle(body.subarray(20, 36)),
    echoed: body.subarray(4, FIXED_BYTES),
    applicationContext: '',
    contexts: [],
    maximumLength: 0,
    implementationClassUid: '',
    implementationVersion: '',
    roles: [],
    extended: [],
    proposesAsynchronousOperations: false,
  };
  eachItem(body.subarray(FIXED_BYTES), (type, value) => {
    if (type === ITEM.applicationContext) request.applicationContext = uid(value);
    else if (type === ITEM.proposedContext) request.contexts.push(proposedContext(value));
    else if (type === ITEM.userInformation) eachItem(value, (sub, bytes) => readUserItem(request, sub, bytes));
  });
  return request;
}

function proposedContext(value: Buffer): ProposedContext {
  if (value.length < 4) throw malformed('presentation context item is too short');
  const context: ProposedContext = { id: value.readUInt8(0), abstractSyntax: '', transferSyntaxes: [] };
  eachItem(value.subarray(4), (type, bytes) => {
    if (type === ITEM.abstractSyntax) context.abstractSyntax = uid(bytes);
    else if (type === ITEM.transferSyntax) context.transferSyntaxes.push(uid(bytes));
  });
  return context;
}

/** User identity and common extended negotiation are passed over: an acceptor need not answer them. */
function readUserItem(request: AssociateRequest, type: number, value: Buffer): void {
  if (type === ITEM.maximumLength) {
    if (value.length < 4) throw malformed('maximum length item is too short');
    request.maximumLength = value.readUInt32BE(0);
  } else if (type === ITEM.implementationClassUid) request.implementationClassUid = uid(value);
  else if (type === ITEM.implementationVersion) request.implementationVersion = printable(value).trim();
  else if (type === ITEM.asynchronousOperations) request.proposesAsynchronousOperations = true;
  else if (type === ITEM.roleSelection) request.roles.push(roleSelection(value));
  else if (type === ITEM.extendedNegotiation) request.extended.push(extendedNegotiation(value));
}

function extendedNegotiation(value: Buffer): ExtendedNegotiation {
  const length = value.length >= 2 ? value.readUInt16BE(0) : 0;
  if (value.length < length + 2) throw malformed('extended negotiation item is too short');
  return { sopClassUid: uid(value.subarray(2, 2 + length)), information: value.subarray(2 + length) };
}

export function roleSelection(value: Buffer): RoleSelection {
  const length = value.length >= 2 ? value.readUInt16BE(0) : 0;
  if (value.length < length + 4) throw malformed('role selection item is too short');
  return {
    sopClassUid: uid(value.subarray(2, 2 + length)),
    scu: value.readUInt8(2 + length) === 1,
    scp: value.readUInt8(3 + length) === 1,
  };
}

export function eachItem(bytes: Buffer, visit: (type: number, value: Buffer) => void): void {
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw malformed('stray bytes after the last item');
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) throw malformed('an item is longer than what holds it');
    visit(bytes.readUInt8(at), bytes.subarray(at + 4, end));
    at = end;
  }
}

export function malformed(what: string): ProtocolViolation {
  return new ProtocolViolation(ABORT_REASON.invalidParameter, what);
}

/** Leading and trailing spaces are not part of a title (PS3.5 section 6.2); anything not printable shows as '?'. */
function aeTitle(bytes: Buffer): string {
  return printable(bytes).trim();
}

function printable(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/\0+$/, '')
    .replace(/[^ -~]/g, '?');
}

export function uid(bytes: Buffer): string {
  return printable(bytes).trim();
}

/** Result/reason of a context (PS3.8 table 9-18). */
export const CONTEXT_RESULT = {
  accepted: 0,
  userRejected: 1,
  abstractSyntaxUnknown: 3,
  transferSyntaxesUnknown: 4,
} as const;

export interface AnsweredContext {
  id: number;
  result: (typeof CONTEXT_RESULT)[keyof typeof CONTEXT_RESULT];
  /** Not significant unless accepted, but sent all the same: some peers expect the item. */
  transferSyntax: string;
}

export interface AssociateAnswer {
  echoed: Buffer;
  contexts: readonly AnsweredContext[];
  roles: readonly RoleSelection[];
  extended: readonly ExtendedNegotiation[];
  maximumLength: number;
  implementationClassUid: string;
  implementationVersion: string;
  /** Answer an asynchronous operations window with 1,1: one operation at a time. */
  answersAsynchronousOperations: boolean;
}

/** A-ASSOCIATE-AC, whole PDU. */
export function encodeAssociateAccept(answer: AssociateAnswer): Buffer {
  const parts: Buffer[] = [Buffer.from([0, 1, 0, 0]), answer.echoed];
  parts.push(item(ITEM.applicationContext, Buffer.from(APPLICATION_CONTEXT)));
  for (const context of answer.contexts) {
    const transferSyntax = item(ITEM.transferSyntax, Buffer.from(context.transferSyntax, 'latin1'));
    parts.push(
      item(ITEM.answeredContext, Buffer.concat([Buffer.from([context.id, 0, context.result, 0]), transferSyntax])),
    );
  }
  parts.push(item(ITEM.userInformation, Buffer.concat(userItems(answer))));
  return pdu(PDU.associateAc, Buffer.concat(parts));
}

function userItems(answer: AssociateAnswer): Buffer[] {
  const maximum = Buffer.alloc(4);
  maximum.writeUInt32BE(answer.maximumLength);
  const items = [
    item(ITEM.maximumLength, maximum),
    item(ITEM.implementationClassUid, Buffer.from(answer.implementationClassUid)),
  ];
  if (answer.answersAsynchronousOperations) items.push(item(ITEM.asynchronousOperations, Buffer.from([0, 1, 0, 1])));
  for (const role of answer.roles) items.push(roleItem(role));
  for (const extended of answer.extended) items.push(extendedItem(extended));
  items.push(item(ITEM.implementationVersion, Buffer.from(answer.implementationVersion)));
  return items;
}

export function roleItem({ sopClassUid, scu, scp }: RoleSelection): Buffer {
  return itemOfClass(ITEM.roleSelection, sopClassUid, Buffer.from([+scu, +scp]));
}

function extendedItem({ sopClassUid, information }: ExtendedNegotiation): Buffer {
  return itemOfClass(ITEM.extendedNegotiation, sopClassUid, information);
}

/** The form that items about one SOP class share: length of the UID, UID, what is said. */
function itemOfClass(type: number, sopClassUid: string, what: Buffer): Buffer {
  const sopClass = Buffer.from(sopClassUid, 'latin1');
  const length = Buffer.from([sopClass.length >> 8, sopClass.length & 0xff]);
  return item(type, Buffer.concat([length, sopClass, what]));
}

export interface Rejection {
  /** 1 = permanent, 2 = transient. */
  result: 1 | 2;
  /** 1 = service user, 2 = ACSE provider, 3 = presentation provider (PS3.8 table 9-21). */
  source: 1 | 2 | 3;
  reason: number;
}

/** A-ASSOCIATE-RJ, whole PDU. */
export function encodeAssociateReject(rejection: Rejection): Buffer {
  return pdu(PDU.associateRj, Buffer.from([0, rejection.result, rejection.source, rejection.reason]));
}

export function item(type: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, 0, value.length >> 8, value.length & 0xff]), value]);
}

export function pdu(type: number, body: Buffer): Buffer {
  const header = Buffer.alloc(PDU_HEADER_BYTES);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(body.length, 2);
  return Buffer.concat([header, body]);
}
