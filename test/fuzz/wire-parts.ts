/**
 * What goes over the wire as a tree of parts whose lengths are worked out when it is written, unless one was told to lie.
 * A mutation changes the tree; the bytes follow.
 */
export type PartKind = 'pdu' | 'item' | 'pdv' | 'element' | 'counted' | 'raw';

export interface Part {
  kind: PartKind;
  /** PDU or item type; presentation context id of a PDV; tag of an element. */
  type: number;
  /** Message control header of a PDV; the reserved byte of PDUs and items. */
  second: number;
  /** The length as written instead of the true one. */
  lie: number | null;
  children: Part[];
  /** Of a raw part. */
  bytes: Buffer;
}

const NOTHING = Buffer.alloc(0);

const part = (kind: PartKind, type: number, second: number, children: Part[]): Part => ({
  kind,
  type,
  second,
  lie: null,
  children,
  bytes: NOTHING,
});

export const raw = (bytes: Buffer | string): Part => ({
  ...part('raw', 0, 0, []),
  bytes: Buffer.from(bytes as string),
});
export const pdu = (type: number, ...children: Part[]): Part => part('pdu', type, 0, children);
export const item = (type: number, ...children: Part[]): Part => part('item', type, 0, children);
export const pdv = (contextId: number, control: number, ...children: Part[]): Part =>
  part('pdv', contextId, control, children);
/** An element in implicit VR little endian. */
export const element = (tag: number, value: Buffer | string): Part => part('element', tag, 0, [raw(value)]);
/** Two bytes of length before the value (role selection, user identity, extended negotiation). */
export const counted = (value: Buffer | string): Part => part('counted', 0, 0, [raw(value)]);

export function encode(of: Part): Buffer {
  if (of.kind === 'raw') return of.bytes;
  const body = Buffer.concat(of.children.map(encode));
  return Buffer.concat([header(of, body.length), body]);
}

function header(of: Part, length: number): Buffer {
  const shown = of.lie ?? length;
  const out = Buffer.alloc({ pdu: 6, item: 4, pdv: 6, element: 8, counted: 2, raw: 0 }[of.kind]);
  if (of.kind === 'pdu' || of.kind === 'item') {
    out.writeUInt8(of.type & 0xff, 0);
    out.writeUInt8(of.second & 0xff, 1);
    if (of.kind === 'pdu') out.writeUInt32BE(shown >>> 0, 2);
    else out.writeUInt16BE(shown & 0xffff, 2);
  } else if (of.kind === 'pdv') {
    out.writeUInt32BE((of.lie ?? length + 2) >>> 0, 0);
    out.writeUInt8(of.type & 0xff, 4);
    out.writeUInt8(of.second & 0xff, 5);
  } else if (of.kind === 'element') {
    out.writeUInt16LE((of.type >>> 16) & 0xffff, 0);
    out.writeUInt16LE(of.type & 0xffff, 2);
    out.writeUInt32LE(shown >>> 0, 4);
  } else out.writeUInt16BE(shown & 0xffff, 0);
  return out;
}

export function copyOf(of: Part): Part {
  return { ...of, children: of.children.map(copyOf) };
}

/** Every list of parts in the tree, so that a mutation can take out, put in and swap anywhere. */
export function listsOf(parts: Part[]): Part[][] {
  return [parts, ...parts.flatMap((each) => listsOf(each.children))];
}
