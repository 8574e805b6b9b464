/** Damage to data sets: tags, VRs, lengths, order, nesting, character sets, compression, or just bytes. */
import { deflateRawSync } from 'node:zlib';
import { EXPLICIT_LE, IMPLICIT_LE } from '../../src/dicom/transfer-syntaxes.ts';
import { joinElements, nested, type RawElement, splitElements } from './data-set-elements.ts';
import { damage } from './mutate-bytes.ts';
import type { Random } from './random.ts';

const DEFLATED = '1.2.840.10008.1.2.1.99';
const VRS = [
  'SQ',
  'UN',
  'OB',
  'OW',
  'UI',
  'PN',
  'LO',
  'US',
  'SS',
  'DS',
  'IS',
  'AT',
  'FD',
  'UT',
  'OV',
  'ZZ',
  '\0\0',
  '??',
];
const LENGTHS = [0, 1, 2, 7, 0xfffe, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const TAGS = [
  0, 2, 0x00020010, 0x00080005, 0x00080018, 0x00100010, 0x00280010, 0x00280008, 0x7fe00010, 0xfffee000, 0xfffee00d,
  0xfffee0dd, 0xffffffff,
];
const CHARSETS = [
  'ISO_IR 149',
  '\\ISO 2022 IR 149',
  'ISO 2022 IR 13\\ISO 2022 IR 87',
  'GB18030',
  'GBK',
  'ISO_IR 192',
  'ISO_IR 999',
  '\\\\\\',
  'ISO 2022 IR 58',
];
const TEXTS = [
  Buffer.from('1b2429433b1b', 'hex'),
  Buffer.from('1b2442', 'hex'),
  Buffer.from('fffefdfcfbfa', 'hex'),
  Buffer.from('eba88be38180f09f', 'hex'),
  Buffer.from('=^==^=^^^^====\\\\\\'),
  Buffer.alloc(2000, 0x5c),
  Buffer.alloc(2000, 0x1b),
  Buffer.from("';--"),
  Buffer.from('9'.repeat(400)),
  Buffer.from('1e999\\-0\\nan'),
];
const NUMBERS = [0, 1, 3, 7, 8, 17, 32, 64, 0x7fff, 0x8000, 0xffff];

type Mutation = (elements: RawElement[], at: number, random: Random, explicit: boolean) => void;

const MUTATIONS: readonly Mutation[] = [
  function changeTag(elements, at, random) {
    (elements[at] as RawElement).tag = random.pick(TAGS);
  },
  function lie(elements, at, random) {
    (elements[at] as RawElement).length = random.pick(LENGTHS);
  },
  (elements, at) => void elements.splice(at, 1),
  (elements, at) => void elements.splice(at, 0, { ...(elements[at] as RawElement) }),
  (elements, at, random) => void elements.splice(random.below(elements.length), 0, ...elements.splice(at, 1)),
  (elements, at) => void elements.splice(at),
  function changeVr(elements, at, random, explicit) {
    if (explicit) (elements[at] as RawElement).vr = random.pick(VRS);
  },
  function spoilValue(elements, at, random) {
    const element = elements[at] as RawElement;
    element.value = damage(element.value, random, 2);
  },
  function oddText(elements, at, random) {
    (elements[at] as RawElement).value = random.pick(TEXTS);
  },
  function oddNumber(elements, _at, random) {
    const numbers = elements.filter(({ tag, value }) => tag >>> 16 === 0x28 && value.length === 2);
    if (numbers.length > 0) random.pick(numbers).value = Buffer.from(new Uint16Array([random.pick(NUMBERS)]).buffer);
  },
  function nest(elements, at, random, explicit) {
    const value = nested(random.pick([1, 5, 63, 64, 65, 66, 1000, 20_000]), random.chance(0.5), explicit);
    elements.splice(at, 0, { tag: 0x00081111, vr: explicit ? 'SQ' : undefined, length: 0xffffffff, value });
  },
  function charset(elements, _at, random, explicit) {
    const value = Buffer.from(random.pick(CHARSETS).padEnd(16));
    elements.splice(0, 0, { tag: 0x00080005, vr: explicit ? 'CS' : undefined, length: undefined, value });
  },
  function hugeValue(elements, at, random) {
    (elements[at] as RawElement).value = Buffer.alloc(random.pick([65_534, 70_000, 300_000, 2_000_000]), 0x41);
  },
];

/** A damaged data set. `transferSyntaxUid` is that under which it is sent, which may be another than it was made in. */
export interface Mutated {
  dataSet: Buffer;
  transferSyntaxUid: string;
}

export function mutateDataSet(original: Mutated, random: Random): Mutated {
  const kind = random.fraction();
  if (kind < 0.25) return { ...original, dataSet: damage(original.dataSet, random, 6) };
  if (kind < 0.3)
    return {
      ...original,
      transferSyntaxUid: random.pick([IMPLICIT_LE, EXPLICIT_LE, DEFLATED, '1.2.840.10008.1.2.2', '1.2.3']),
    };
  if (kind < 0.35) return bomb(random);
  const explicit = original.transferSyntaxUid !== IMPLICIT_LE;
  const elements = splitElements(original.dataSet, explicit);
  for (let n = random.between(1, 4); n > 0 && elements.length > 0; n--) {
    random.pick(MUTATIONS)(elements, random.below(elements.length), random, explicit);
  }
  const dataSet = joinElements(elements);
  return random.chance(0.08) ? deflated(dataSet, random) : { ...original, dataSet };
}

function deflated(dataSet: Buffer, random: Random): Mutated {
  const bytes = deflateRawSync(dataSet);
  return { dataSet: random.chance(0.5) ? damage(bytes, random, 2) : bytes, transferSyntaxUid: DEFLATED };
}

const BOMBS = [
  () => Buffer.alloc(64 << 20),
  () => Buffer.alloc(64 << 20, Buffer.from('08001840554904003132333408001800', 'hex')),
  () => nested(200_000, true, true),
].map((make) => {
  let made: Buffer | undefined;
  return () => (made ??= deflateRawSync(make()));
});

/** A few kilobytes that become 64 MB, or two hundred thousand levels. */
function bomb(random: Random): Mutated {
  return { dataSet: random.pick(BOMBS)(), transferSyntaxUid: DEFLATED };
}
