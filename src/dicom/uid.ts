/** Unique Identifiers: what we accept, what the Standard says, and new ones (PS3.5 section 9 and Annex B). */
import { randomUUID } from 'node:crypto';

const STORABLE = /^[0-9A-Za-z.-]{1,64}$/;
const STRICT = /^(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*$/;

/**
 * May an instance with this identifier be stored? Wider than the Standard, because de-identified images carry hashed
 * UIDs with letters: 1 to 64 characters of `[0-9A-Za-z.-]`, nothing that could leave a path or a query.
 */
export function isStorableUid(s: string): boolean {
  return STORABLE.test(s);
}

/** Is this a UID by the letter of PS3.5 section 9.1: at most 64 characters, digits and dots, no leading zeros? */
export function isUid(s: string): boolean {
  return s.length <= 64 && STRICT.test(s);
}

/** A new UID of the form `2.25.<UUID as an integer>` (PS3.5 section B.2), at most 44 characters. */
export function newUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
}
