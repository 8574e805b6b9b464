/** Damage to bytes that knows nothing of their meaning. */
import type { Random } from './random.ts';

const ODD_BYTES = [0, 1, 2, 3, 0x1b, 0x20, 0x40, 0x50, 0x5c, 0x7f, 0x80, 0xfe, 0xff];

type Damage = (bytes: Buffer, random: Random) => Buffer;

const DAMAGES: readonly Damage[] = [
  (bytes, random) => changed(bytes, random, (old) => old ^ (1 << random.below(8))),
  (bytes, random) => changed(bytes, random, () => random.below(256)),
  (bytes, random) => changed(bytes, random, () => random.pick(ODD_BYTES)),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
  function takeOut(bytes, random) {
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.between(1, 16))]);
  },
  function putIn(bytes, random) {
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(random.between(1, 16)), bytes.subarray(at)]);
  },
  function repeat(bytes, random) {
    const at = random.below(bytes.length + 1);
    const piece = bytes.subarray(at, at + random.between(1, 64));
    return Buffer.concat([bytes.subarray(0, at), ...Array.from({ length: random.between(2, 40) }, () => piece)]);
  },
  function numbers(bytes, random) {
    if (bytes.length < 4) return bytes;
    const out = Buffer.from(bytes);
    const value = random.pick([
      0, 1, 2, 3, 4, 5, 6, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
    ]);
    const at = random.below(out.length - 3);
    if (random.chance(0.5)) out.writeUInt32BE(value, at);
    else out.writeUInt32LE(value, at);
    return out;
  },
];

function changed(bytes: Buffer, random: Random, change: (old: number) => number): Buffer {
  const out = Buffer.from(bytes);
  for (let n = random.between(1, 4); n > 0 && out.length > 0; n--) {
    const at = random.below(out.length);
    out[at] = change(out[at] as number);
  }
  return out;
}

/** The bytes with one to `most` damages. */
export function damage(bytes: Buffer, random: Random, most = 3): Buffer {
  let out = bytes;
  for (let n = random.between(1, most); n > 0; n--) out = random.pick(DAMAGES)(out, random);
  return out;
}
