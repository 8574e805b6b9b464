/** Data sets that cost as much as can be for their length: elements, items, values, fragments, characters. */
import { deflateRawSync } from 'node:zlib';
import { IMPLICIT, identifier, implicit } from '../support/dimse-bytes.ts';

const DEFLATED = '1.2.840.10008.1.2.1.99';
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';

export interface CostlyDataSet {
  readonly name: string;
  readonly transferSyntaxUid: string;
  readonly dataSet: Buffer;
}

const word = (value: number) => Buffer.from([value & 0xff, value >> 8]);
const long = (value: number) => Buffer.from(new Uint32Array([value]).buffer);
const tag = (value: number) => Buffer.concat([word(value >>> 16), word(value & 0xffff)]);

export const repeated = (piece: Buffer | string, bytes: number): Buffer => Buffer.alloc(bytes, piece);

/** A sequence of defined length, in implicit VR. */
export const sequence = (of: number, items: Buffer): Buffer => implicit(of, items);

export const item = (elements: Buffer): Buffer => Buffer.concat([tag(0xfffee000), long(elements.length), elements]);

/** Items within items, 60 deep, then as many items as fit. */
export function deepItems(of: number, bytes: number): Buffer {
  let value = repeated(item(Buffer.alloc(0)), bytes & ~7);
  for (let depth = 0; depth < 60; depth++) value = item(sequence(of, value));
  return sequence(of, value);
}

let made = 0;

/** Elements of group 0008, then those that every image has. */
function image(before: Buffer, more: Record<string, string | Buffer> = {}): Buffer {
  const uid = `1.2.826.0.1.3680043.9.7777.8.${process.pid}.${++made}`;
  const head = identifier({ '00080016': SECONDARY_CAPTURE, '00080018': uid });
  const rest = {
    '00100010': 'Hong^Gildong',
    '00100020': 'C1',
    '0020000D': `${uid}.1`,
    '0020000E': `${uid}.2`,
    ...more,
  };
  return Buffer.concat([head, before, identifier(rest)]);
}

const MB = 1 << 20;

/** By C-STORE: up to 16 MB of header are looked at. */
export function costlyImages(): CostlyDataSet[] {
  const plain = (name: string, dataSet: Buffer) => ({ name, transferSyntaxUid: IMPLICIT, dataSet });
  const deflated = (name: string, dataSet: Buffer) => ({
    name,
    transferSyntaxUid: DEFLATED,
    dataSet: deflateRawSync(explicit(dataSet)),
  });
  return [
    plain('empty items', image(sequence(0x00081110, repeated(item(Buffer.alloc(0)), 15 * MB)))),
    plain('small items', image(sequence(0x00081110, repeated(item(identifier({ '00081155': '1.2' })), 15 * MB)))),
    plain('deep items', image(deepItems(0x00081110, 15 * MB))),
    plain('elements', image(manyElements(49_000))),
    plain(
      'requests',
      image(Buffer.alloc(0), { '00400275': repeated(item(identifier({ '00401001': 'A1' })), 12 * MB) }),
    ),
    plain('fragments', image(fragments(0x00091010, 15 * MB))),
    plain('values of a key', image(identifier({ '00081030': repeated('a\\', 15 * MB) }))),
    plain('characters of a key', image(identifier({ '00081030': repeated('\x1b$)C\xc8\xab', 15 * MB) }))),
    plain('a long name', image(Buffer.alloc(0), { '00100010': repeated('홍^길동=', 15 * MB) })),
    plain('spaces', image(identifier({ '00081030': repeated(' ', 15 * MB) }))),
    plain('spaces and a letter', image(identifier({ '00081030': repeated(`a${' '.repeat(100_000)}`, 3 * MB) }))),
    plain('character sets', image(identifier({ '00080005': repeated('ISO 2022 IR 149\\', 15 * MB) }))),
    deflated('deflated items', image(sequence(0x00081110, repeated(item(Buffer.alloc(0)), 15 * MB)))),
    deflated('deflated spaces', image(identifier({ '00081030': repeated(' ', 64 * MB) }))),
    deflated('deflated elements', image(manyElements(49_000))),
  ];
}

/** 1 MB, as much as an identifier may have. */
export function costlyIdentifiers(bytes: number): CostlyDataSet[] {
  const plain = (name: string, dataSet: Buffer) => ({ name, transferSyntaxUid: IMPLICIT, dataSet });
  const keys = (more: Record<string, string | Buffer>) => identifier({ '00080052': 'STUDY', '0020000D': '', ...more });
  const room = bytes - 2000;
  return [
    plain('empty items', keys({ '00081110': repeated(item(Buffer.alloc(0)), room & ~7) })),
    plain('small items', keys({ '00081110': smallItems(room) })),
    plain('deep items', Buffer.concat([deepItems(0x00081110, room), keys({})])),
    plain('scheduled steps', keys({ '00400100': smallItems(room) })),
    plain('references', keys({ '00081195': '1.2.3', '00081199': references(room) })),
    plain('elements', Buffer.concat([manyElements(Math.min(49_000, room >> 4)), keys({})])),
    plain('UIDs', keys({ '0020000D': repeated('1.2.3\\', room) })),
    plain('UIDs of one letter', keys({ '0020000D': repeated('1\\', room) })),
    plain('wildcards', keys({ '00100010': repeated('*a', room) })),
    plain('wildcards and a backslash', keys({ '00100010': repeated('*?\\', room) })),
    plain('a long name', keys({ '00080005': 'ISO_IR 192', '00100010': repeated('홍^길동=', room) })),
    plain('escapes', keys({ '00080005': '\\ISO 2022 IR 149', '00100010': repeated('\x1b$)C\xc8\xab^', room) })),
    plain('spaces and a letter', keys({ '00100010': repeated(`a${' '.repeat(100_000)}`, room) })),
    plain('character sets', keys({ '00080005': repeated('ISO 2022 IR 149\\', room), '00100010': 'Hong' })),
    plain('dates', keys({ '00080020': repeated('20200101-\\', room) })),
  ];
}

function smallItems(bytes: number): Buffer {
  const one = item(identifier({ '00081155': '1.2' }));
  return repeated(one, bytes - (bytes % one.length));
}

function references(bytes: number): Buffer {
  const one = (n: number) => item(identifier({ '00081150': SECONDARY_CAPTURE, '00081155': `1.2.${n}` }));
  const all: Buffer[] = [];
  for (let n = 0, length = 0; length + 100 < bytes; n++) {
    const next = one(n);
    all.push(next);
    length += next.length;
  }
  return Buffer.concat(all);
}

function manyElements(count: number): Buffer {
  const all = Array.from({ length: count }, (_, n) => implicit(0x00081111 + n, Buffer.from('ab')));
  return Buffer.concat(all);
}

/** A private element of undefined length. */
function fragments(of: number, bytes: number): Buffer {
  const end = Buffer.concat([tag(0xfffee0dd), long(0)]);
  return Buffer.concat([tag(of), long(0xffffffff), repeated(item(Buffer.alloc(0)), bytes & ~7), end]);
}

/** The root's elements with VR UN; items under UN are in implicit VR (PS3.5 section 6.2.2). */
function explicit(dataSet: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= dataSet.length; ) {
    const length = dataSet.readUInt32LE(at + 4);
    const isUid = dataSet.readUInt16LE(at) === 8 && [0x16, 0x18].includes(dataSet.readUInt16LE(at + 2));
    const isStudy = dataSet.readUInt16LE(at) === 0x20;
    const vr = isUid || isStudy ? 'UI' : 'UN';
    const header =
      vr === 'UI'
        ? Buffer.concat([Buffer.from(vr), word(length)])
        : Buffer.concat([Buffer.from('UN\0\0'), long(length)]);
    parts.push(dataSet.subarray(at, at + 4), header, dataSet.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts);
}
