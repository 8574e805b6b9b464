/**
 * The payload of an age file (C2SP age, section "Payload"): pieces of 64 KiB, each sealed by ChaCha20-Poly1305 under a
 * counter, the last one marked. Node's own cipher does it at the speed of a disk; the header, which holds the file key
 * for each recipient, comes from the library age-encryption.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

export const PIECE = 64 * 1024;
export const TAG = 16;
export const NONCE = 16;
const CIPHER = 'chacha20-poly1305';

/** The key of a payload: of its file key and the nonce in front of it. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

/** @param number of the piece, from 0 */
export function sealPiece(key: Buffer, number: number, last: boolean, plain: Buffer): Buffer[] {
  const cipher = createCipheriv(CIPHER, key, counter(number, last), { authTagLength: TAG });
  return [cipher.update(plain), cipher.final(), cipher.getAuthTag()];
}

/** @throws when a bit of the piece, its place or its being the last is not as it was sealed */
export function openPiece(key: Buffer, number: number, last: boolean, sealed: Buffer): Buffer {
  const body = sealed.subarray(0, sealed.length - TAG);
  const decipher = createDecipheriv(CIPHER, key, counter(number, last), { authTagLength: TAG });
  decipher.setAuthTag(sealed.subarray(body.length));
  const plain = decipher.update(body);
  decipher.final();
  return plain;
}

/** Bytes of the plain file behind a payload, without its nonce. */
export function plainSize(payload: number): number {
  const pieces = Math.max(1, Math.ceil(payload / (PIECE + TAG)));
  return Math.max(0, payload - pieces * TAG);
}

/** Eleven bytes that count, big endian, and one that marks the last piece. */
function counter(number: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce[11] = Number(last);
  return nonce;
}
