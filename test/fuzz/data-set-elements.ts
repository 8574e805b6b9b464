/** A data set in little endian, as a list of its top-level elements with their headers open to damage; nothing is decoded. */

export interface RawElement {
  tag: number;
  /** Two letters; undefined in implicit VR. */
  vr: string | undefined;
  /** As written; undefined = that of the value. */
  length: number | undefined;
  value: Buffer;
}

const LONG_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const UNDEFINED_LENGTH = 0xffffffff;

/** The elements as far as the bytes can be understood; whatever follows is the value of one last element. */
export function splitElements(bytes: Buffer, explicit: boolean): RawElement[] {
  const elements: RawElement[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const tag = bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);
    const vr = explicit ? bytes.toString('latin1', at + 4, at + 6) : undefined;
    const long = vr !== undefined && LONG_VRS.has(vr);
    if (long && at + 12 > bytes.length) break;
    const length =
      vr === undefined ? bytes.readUInt32LE(at + 4) : long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    const start = at + (long ? 12 : 8);
    if (length === UNDEFINED_LENGTH) {
      elements.push({ tag, vr, length, value: bytes.subarray(start) });
      break;
    }
    elements.push({ tag, vr, length: undefined, value: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}

export function joinElements(elements: readonly RawElement[]): Buffer {
  return Buffer.concat(elements.flatMap((element) => [headerOf(element), element.value]));
}

function headerOf({ tag, vr, length, value }: RawElement): Buffer {
  const shown = (length ?? value.length) >>> 0;
  const header = Buffer.alloc(vr !== undefined && LONG_VRS.has(vr) ? 12 : 8);
  header.writeUInt16LE((tag >>> 16) & 0xffff, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  if (vr === undefined) header.writeUInt32LE(shown, 4);
  else {
    header.write(vr.padEnd(2), 4, 2, 'latin1');
    if (LONG_VRS.has(vr)) header.writeUInt32LE(shown, 8);
    else header.writeUInt16LE(shown & 0xffff, 6);
  }
  return header;
}

const mark = (element: number, length: number): Buffer => {
  const out = Buffer.from([0xfe, 0xff, element & 0xff, element >> 8, 0, 0, 0, 0]);
  out.writeUInt32LE(length >>> 0, 4);
  return out;
};

/** Sequences within one another, `depth` of them, all of undefined length; `closed` writes the ends too. */
export function nested(depth: number, closed: boolean, explicit: boolean): Buffer {
  const sequence = headerOf({
    tag: 0x00081140,
    vr: explicit ? 'SQ' : undefined,
    length: UNDEFINED_LENGTH,
    value: Buffer.alloc(0),
  });
  const open = Buffer.concat([sequence, mark(0xe000, UNDEFINED_LENGTH)]);
  const close = Buffer.concat([mark(0xe00d, 0), mark(0xe0dd, 0)]);
  const levels = Array.from({ length: depth });
  return Buffer.concat([...levels.map(() => open), ...(closed ? levels.map(() => close) : [])]);
}
