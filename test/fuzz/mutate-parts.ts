/** Damage to a tree of parts: types, lengths, order, repetition, values. */
import { damage } from './mutate-bytes.ts';
import type { Random } from './random.ts';
import { copyOf, item, listsOf, type Part, pdu, pdv, raw } from './wire-parts.ts';

type Mutation = (list: Part[], at: number, random: Random, all: Part[][]) => void;

const LENGTHS = [0, 1, 2, 3, 4, 6, 0x7fff, 0xffff, 0x10000, 0x40001, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const TYPES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 0x20, 0x21, 0x30, 0x40, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57];
const MORE_TYPES = [...TYPES, 0x58, 0x59, 0x7f, 0x80, 0xfe, 0xff];
const NUMBERS = [
  0, 1, 2, 0x10, 0x20, 0x21, 0x30, 0x100, 0x101, 0x102, 0x120, 0x140, 0x150, 0xfff, 0x7fff, 0x8000, 0x8001,
];
const TEXTS = [
  '',
  '.',
  '1',
  '1.2.840.10008.1.1',
  '1.2.840.10008.1.2',
  `1.${'9'.repeat(70)}`,
  '../../etc/passwd',
  '\\\\',
  '*',
  '\0\0',
];

const MUTATIONS: readonly Mutation[] = [
  function changeType(list, at, random) {
    const part = list[at] as Part;
    part.type =
      part.kind === 'element' ? part.type ^ random.pick([1, 0x10, 0x100, 0x10000, 0xffff]) : random.pick(MORE_TYPES);
  },
  function changeSecond(list, at, random) {
    (list[at] as Part).second = random.pick([0, 1, 2, 3, 4, 0x80, 0xff, random.below(256)]);
  },
  function lie(list, at, random) {
    (list[at] as Part).lie = random.chance(0.7) ? random.pick(LENGTHS) : random.below(70_000);
  },
  function remove(list, at) {
    list.splice(at, 1);
  },
  function double(list, at) {
    list.splice(at, 0, copyOf(list[at] as Part));
  },
  function multiply(list, at, random) {
    const copies = random.pick([3, 17, 64, 128, 129, 300]);
    list.splice(at, 0, ...Array.from({ length: copies }, () => copyOf(list[at] as Part)));
  },
  function swap(list, at, random) {
    const other = random.below(list.length);
    [list[at], list[other]] = [list[other] as Part, list[at] as Part];
  },
  function move(list, at, random, all) {
    const [part] = list.splice(at, 1);
    const into = random.pick(all);
    if (part) into.splice(random.below(into.length + 1), 0, copyOf(part));
  },
  function graft(list, at, random, all) {
    const from = random.pick(all);
    if (from.length > 0) list.splice(at, 0, copyOf(random.pick(from)));
  },
  function insertStray(list, at, random) {
    list.splice(at, 0, stray(random));
  },
  function cutChildren(list, at, random) {
    const part = list[at] as Part;
    part.children.splice(random.below(part.children.length + 1));
  },
  function spoil(list, at, random) {
    const part = list[at] as Part;
    if (part.kind === 'raw') part.bytes = spoiled(part.bytes, random);
    else
      part.children = part.children.map((child) => (child.kind === 'raw' ? raw(spoiled(child.bytes, random)) : child));
  },
];

function spoiled(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 2 && random.chance(0.6)) {
    const out = Buffer.alloc(2);
    out.writeUInt16LE(random.pick(NUMBERS));
    return out;
  }
  if (random.chance(0.2)) return Buffer.from(random.pick(TEXTS));
  if (random.chance(0.1)) return random.bytes(random.pick([1, 2, 16, 300, 5000]));
  return damage(bytes, random, 2);
}

/** A whole PDU, item or PDV in a place where nobody expects it. */
function stray(random: Random): Part {
  return random.pick([
    () => pdu(5, raw(Buffer.alloc(4))),
    () => pdu(7, raw(Buffer.alloc(4))),
    () => pdu(random.below(12), raw(random.bytes(random.below(32)))),
    () => pdu(4, pdv(random.between(0, 9), random.below(4), raw(random.bytes(random.below(64))))),
    () => pdu(4, pdv(1, random.below(4))),
    () => pdu(6, raw(Buffer.alloc(4))),
    () => item(random.pick(MORE_TYPES), raw(random.bytes(random.below(80)))),
    () => raw(random.bytes(random.between(1, 64))),
  ])();
}

/** Changes the tree in place, in one to four places. */
export function mutate(parts: Part[], random: Random): void {
  for (let n = random.between(1, 4); n > 0; n--) {
    const all = listsOf(parts);
    const filled = all.filter((each) => each.length > 0);
    if (filled.length === 0) return;
    const list = random.pick(filled);
    random.pick(MUTATIONS)(list, random.below(list.length), random, all);
  }
}
