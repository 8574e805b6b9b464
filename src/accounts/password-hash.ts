/**
 * Passwords are kept as scrypt hashes (RFC 7914; N = 2^15, r = 8, p = 1: 32 MB and about 0.1 s each). The work runs
 * on the thread pool that also writes images, so only two hashes are made at a time and the line before them is short.
 */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { ArchiveError } from '../errors.ts';

/** N of scrypt. Each stored hash names its own, so that it may grow. */
export const PASSWORD_COST = 2 ** 15;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const KEY_BYTES = 32;
const AT_ONCE = 2;
const LONGEST_LINE = 50;

let running = 0;
const waiting: (() => void)[] = [];

/** The stored form: `scrypt$N$r$p$salt$hash`, salt and hash in base64. */
export async function hashPassword(password: string, cost: number): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost, BLOCK_SIZE, PARALLELISM);
  return ['scrypt', cost, BLOCK_SIZE, PARALLELISM, salt.toString('base64'), key.toString('base64')].join('$');
}

/**
 * Does the password belong to the stored form? Takes the same time whatever the answer.
 * @throws ArchiveError TOO_MANY_ASSOCIATIONS when too many log-ins are waiting
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, cost, blockSize, parallelism, salt = '', hash = ''] = stored.split('$');
  if (scheme !== 'scrypt') return false;
  const expected = Buffer.from(hash, 'base64');
  const key = await derive(password, Buffer.from(salt, 'base64'), Number(cost), Number(blockSize), Number(parallelism));
  return key.length === expected.length && timingSafeEqual(key, expected);
}

async function derive(password: string, salt: Buffer, N: number, r: number, p: number): Promise<Buffer> {
  await takeTurn();
  try {
    return await slowHash(password.normalize('NFC'), salt, { N, r, p, maxmem: 256 * N * r });
  } finally {
    running--;
    waiting.shift()?.();
  }
}

async function takeTurn(): Promise<void> {
  if (running >= AT_ONCE) {
    if (waiting.length >= LONGEST_LINE) throw new ArchiveError('TOO_MANY_ASSOCIATIONS', 'log-ins');
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running++;
}

function slowHash(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
