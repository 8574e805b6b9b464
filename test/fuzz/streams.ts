/** The malformed PDU streams of one case: what is sent, in which pieces, and how each connection ends. */
import { conversation } from './conversations.ts';
import { damage } from './mutate-bytes.ts';
import { mutate } from './mutate-parts.ts';
import { Random } from './random.ts';
import { encode } from './wire-parts.ts';

/** 'wait': everything owed has to come first. The others leave at once. */
export type Ending = 'wait' | 'close' | 'reset';

export interface Stream {
  readonly pieces: readonly Buffer[];
  /** Milliseconds between pieces, mostly none. */
  readonly pauseMs: number;
  readonly ending: Ending;
  /** What the peer does when it is asked to store. */
  readonly answers: 'success' | 'refuse' | 'nonsense' | 'silence';
}

/** The connections of case `n`, to be opened at the same time. */
export function streamsOf(seed: number, n: number): Stream[] {
  const random = new Random(seed, 'streams', n);
  return Array.from({ length: random.chance(0.85) ? 1 : random.between(2, 5) }, () => stream(random));
}

function stream(random: Random): Stream {
  return {
    pieces: pieces(content(random), random),
    pauseMs: random.chance(0.95) ? 0 : random.between(1, 5),
    ending: random.pick(['wait', 'wait', 'wait', 'wait', 'close', 'reset']),
    answers: random.pick(['success', 'success', 'refuse', 'nonsense', 'silence']),
  };
}

function content(random: Random): Buffer {
  const kind = random.fraction();
  if (kind < 0.04) return random.bytes(random.pick([0, 1, 5, 6, 7, 74, 300, 5000]));
  if (kind < 0.06) return OTHER_PROTOCOLS[random.below(OTHER_PROTOCOLS.length)] as Buffer;
  const parts = conversation(random);
  if (kind < 0.12) return Buffer.concat(parts.map(encode));
  if (kind < 0.8) mutate(parts, random);
  // A mutation may have multiplied a large part more than once.
  const bytes = Buffer.concat(parts.map(encode)).subarray(0, 4 << 20);
  return kind < 0.8 ? bytes : damage(bytes, random, 4);
}

const OTHER_PROTOCOLS = [
  Buffer.from('GET / HTTP/1.1\r\nHost: pacs\r\n\r\n'),
  Buffer.from('16030100a5010000a10303', 'hex'),
  Buffer.from('\x0bMSH|^~\\&|OCS|CLINIC\r\x1c\r'),
  Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'),
];

function pieces(bytes: Buffer, random: Random): Buffer[] {
  const kind = random.fraction();
  if (kind < 0.55 || bytes.length === 0) return [bytes];
  const size = kind < 0.65 && bytes.length < 3000 ? 1 : undefined;
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + (size ?? random.between(1, Math.max(2, Math.ceil(bytes.length / 4))));
    out.push(bytes.subarray(at, end));
    at = end;
  }
  return out;
}
