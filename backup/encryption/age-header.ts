/** The header of an age file: who may open it. Made and opened by the library age-encryption, which is loaded when needed. */
import { randomBytes } from 'node:crypto';
import { NONCE, payloadKey, TAG } from './age-stream.ts';

export interface AgeHeader {
  /** Header and nonce: everything in front of the payload. */
  bytes: Buffer;
  /** Of the payload. */
  key: Buffer;
}

/** Longer than a header for twenty recipients. */
export const LONGEST_HEADER = 8192;
const MAC_LINE = '\n--- ';

/** A fresh header. @param recipients `age1…` */
export async function newHeader(recipients: readonly string[]): Promise<AgeHeader> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  let fileKey: Uint8Array | undefined;
  // One more recipient, who leaves no trace in the header, is told the key.
  encrypter.addRecipient({
    wrapFileKey(key) {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  const empty = Buffer.from(await encrypter.encrypt(new Uint8Array()));
  if (!fileKey) throw new Error('the library told no file key');
  const nonce = randomBytes(NONCE);
  const header = empty.subarray(0, empty.length - NONCE - TAG);
  return { bytes: Buffer.concat([header, nonce]), key: payloadKey(fileKey, nonce) };
}

/**
 * Opens a header.
 * @param begin of the file, as many bytes as there are up to LONGEST_HEADER
 * @param identities `AGE-SECRET-KEY-1…`
 * @throws when it is no age file, was changed, or is for none of the identities
 */
export async function openHeader(
  begin: Buffer,
  identities: readonly string[],
): Promise<{ key: Buffer; payloadAt: number }> {
  const mac = begin.indexOf(MAC_LINE);
  const end = mac < 0 ? -1 : begin.indexOf('\n', mac + MAC_LINE.length);
  if (end < 0 || begin.length < end + 1 + NONCE) throw new Error('no age file');
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  const fileKey = await decrypter.decryptHeader(begin.subarray(0, end + 1));
  const payloadAt = end + 1 + NONCE;
  return { key: payloadKey(fileKey, begin.subarray(end + 1, payloadAt)), payloadAt };
}
