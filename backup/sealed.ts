/**
 * Text files that prove themselves: the last line ends with `"check":"<sha256>"}`, the hash of every byte before it.
 * One flipped byte anywhere in the file, the seal included, is found without a second file.
 */
import { createHash, type Hash } from 'node:crypto';

const FIELD = ',"check":"';
const TAIL_LENGTH = 64 + '"}\n'.length;

/**
 * The last line of a sealed file. `before` has taken in all lines above it, in order, and is used up by this.
 * The record needs at least one field.
 */
export function sealedLine(record: object, before: Hash = createHash('sha256')): string {
  const open = JSON.stringify(record).slice(0, -1) + FIELD;
  return `${open}${before.update(open).digest('hex')}"}\n`;
}

/** Is the file whole, seal and all? */
export function sealHolds(file: Buffer): boolean {
  const at = file.length - TAIL_LENGTH;
  if (at < FIELD.length || file.toString('latin1', at - FIELD.length, at) !== FIELD) return false;
  const told = file.toString('latin1', at);
  return told === `${createHash('sha256').update(file.subarray(0, at)).digest('hex')}"}\n`;
}

/** The record of a sealed file of one line; undefined when a byte of it changed. */
export function openSealed(file: Buffer): Record<string, unknown> | undefined {
  return sealHolds(file) ? (JSON.parse(file.toString('utf8')) as Record<string, unknown>) : undefined;
}
