/** Bytes of PDUs, command sets and identifiers as a peer writes them; independent of the appliance's own code. */

export const VERIFICATION = '1.2.840.10008.1.1';
export const STUDY_ROOT_FIND = '1.2.840.10008.5.1.4.1.2.2.1';
export const PATIENT_ROOT_FIND = '1.2.840.10008.5.1.4.1.2.1.1';
export const PATIENT_ROOT_GET = '1.2.840.10008.5.1.4.1.2.1.3';
export const STUDY_ROOT_GET = '1.2.840.10008.5.1.4.1.2.2.3';
export const PATIENT_ROOT_MOVE = '1.2.840.10008.5.1.4.1.2.1.2';
export const STUDY_ROOT_MOVE = '1.2.840.10008.5.1.4.1.2.2.2';
export const IMPLICIT = '1.2.840.10008.1.2';
export const EXPLICIT = '1.2.840.10008.1.2.1';
const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';

export function pdu(type: number, body: Buffer): Buffer {
  const header = Buffer.alloc(6);
  header[0] = type;
  header.writeUInt32BE(body.length, 2);
  return Buffer.concat([header, body]);
}

export function item(type: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value as string);
  const header = Buffer.alloc(4);
  header[0] = type;
  header.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([header, bytes]);
}

/** SOP Class Extended Negotiation, PS3.7 Annex D.3.3.5. @param length of the UID as it is said */
export function extendedItem(sopClass: string, information: readonly number[], length = sopClass.length): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(length);
  return item(0x56, Buffer.concat([head, Buffer.from(sopClass), Buffer.from(information)]));
}

export interface ProposedContext {
  id: number;
  abstractSyntax: string;
  transferSyntaxes: readonly string[];
}

export interface AssociateOptions {
  calledAe?: string;
  callingAe?: string;
  contexts?: readonly ProposedContext[];
  maximumLength?: number;
  /** [SOP class, SCU role, SCP role] */
  roles?: readonly (readonly [string, number, number])[];
  /** More user information items, whole. */
  userItems?: readonly Buffer[];
  protocolVersion?: number;
  applicationContext?: string;
}

const title = (ae: string) => Buffer.from(ae.padEnd(16), 'latin1').subarray(0, 16);

export function contextItem({ id, abstractSyntax, transferSyntaxes }: ProposedContext): Buffer {
  const syntaxes = transferSyntaxes.map((uid) => item(0x40, uid));
  return item(0x20, Buffer.concat([Buffer.from([id, 0, 0, 0]), item(0x30, abstractSyntax), ...syntaxes]));
}

export function associateRq(options: AssociateOptions = {}): Buffer {
  const version = Buffer.alloc(4);
  version.writeUInt16BE(options.protocolVersion ?? 1, 0);
  const maximum = Buffer.alloc(4);
  maximum.writeUInt32BE(options.maximumLength ?? 131072);
  const roles = (options.roles ?? []).map(([uid, scu, scp]) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(uid.length);
    return item(0x54, Buffer.concat([length, Buffer.from(uid), Buffer.from([scu, scp])]));
  });
  const user = [
    item(0x51, maximum),
    item(0x52, '1.2.3.4'),
    ...roles,
    item(0x55, 'TEST_1'),
    ...(options.userItems ?? []),
  ];
  return pdu(
    1,
    Buffer.concat([
      version,
      title(options.calledAe ?? 'CLINICPACS'),
      title(options.callingAe ?? 'MODALITY'),
      Buffer.alloc(32),
      item(0x10, options.applicationContext ?? APPLICATION_CONTEXT),
      ...(options.contexts ?? []).map(contextItem),
      item(0x50, Buffer.concat(user)),
    ]),
  );
}

export function pdv(contextId: number, control: number, value: Buffer): Buffer {
  const header = Buffer.alloc(6);
  header.writeUInt32BE(value.length + 2, 0);
  header[4] = contextId;
  header[5] = control;
  return Buffer.concat([header, value]);
}

/** A message as P-DATA PDUs of at most `maximum` bytes. */
export function message(contextId: number, command: Buffer, dataSet: Buffer | null, maximum = 16384): Buffer {
  const parts = [pdu(4, pdv(contextId, 3, command))];
  if (dataSet !== null) parts.push(...dataPdus(contextId, dataSet, maximum));
  return Buffer.concat(parts);
}

export function dataPdus(contextId: number, dataSet: Buffer, maximum: number): Buffer[] {
  const parts: Buffer[] = [];
  const room = maximum - 6;
  for (let at = 0; at === 0 || at < dataSet.length; at += room) {
    const last = at + room >= dataSet.length ? 2 : 0;
    parts.push(pdu(4, pdv(contextId, last, dataSet.subarray(at, at + room))));
  }
  return parts;
}

/** Group 0000 in implicit VR: numbers are US, strings are padded with NUL. */
export function command(elements: Record<number, number | string>): Buffer {
  const parts = Object.entries(elements)
    .map(([key, value]) => [Number(key), value] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([element, value]) => implicit(element, typeof value === 'number' ? us(value) : Buffer.from(value)));
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([implicit(0, length), body]);
}

function us(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** An implicit VR element; odd values get a NUL. */
export function implicit(tag: number, value: Buffer): Buffer {
  const padded = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)]);
  const header = Buffer.alloc(8);
  header.writeUInt16LE(Math.floor(tag / 0x10000), 0);
  header.writeUInt16LE(tag % 0x10000, 2);
  header.writeUInt32LE(padded.length, 4);
  return Buffer.concat([header, padded]);
}

/** An item of a sequence, with its length. */
export function sequence(item: Buffer): Buffer {
  const header = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  header.writeUInt32LE(item.length, 4);
  return Buffer.concat([header, item]);
}

/** An identifier in implicit VR from tag and text (UTF-8) or bytes; text values are padded with a space, UIDs too. */
export function identifier(keys: Record<string, string | Buffer>): Buffer {
  return Buffer.concat(
    Object.keys(keys)
      .sort()
      .map((hex) => {
        const bytes = Buffer.from(keys[hex] as string);
        return implicit(Number.parseInt(hex, 16), bytes.length % 2 ? Buffer.concat([bytes, Buffer.from(' ')]) : bytes);
      }),
  );
}

/** The elements of an implicit VR data set or command set, by upper case hex tag; nothing is looked into. */
export function readImplicit(bytes: Buffer): Record<string, Buffer> {
  const elements: Record<string, Buffer> = {};
  for (let at = 0; at + 8 <= bytes.length; ) {
    const tag = bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);
    const length = bytes.readUInt32LE(at + 4);
    elements[tag.toString(16).toUpperCase().padStart(8, '0')] = bytes.subarray(at + 8, at + 8 + length);
    at += 8 + length;
  }
  return elements;
}
