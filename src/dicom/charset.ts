/**
 * Text of data elements to strings and back, by Specific Character Set (0008,0005): ISO 2022 code extension with its
 * resets (PS3.5 section 6.1.2.5) over iconv-lite's tables. Node's own decoder knows only half of Korea's CP949.
 */
import iconv from 'iconv-lite';
import type { CharacterSet } from './charset-terms.ts';
import { ESC, Iso2022Decoder } from './iso-2022-decoder.ts';
import { Iso2022Encoder } from './iso-2022-encoder.ts';
import { repertoireOf } from './repertoire.ts';
import { usesCharacterSet } from './vr.ts';

export type { CharacterSet };

/**
 * Text of a value. Never throws, never leaves an escape sequence; bytes that mean nothing become U+FFFD. Escape
 * sequences that a writer forgot or did not repeat behind a delimiter are taken as meant. Padding stays.
 */
export function decodeText(bytes: Uint8Array, charset: CharacterSet, vr: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isPlain(buffer)) return buffer.toString('latin1');
  if (!usesCharacterSet(vr)) return withoutEscapes(buffer.toString('latin1'));
  const repertoire = repertoireOf(charset);
  const { whole } = repertoire.initial;
  if (whole !== undefined && !buffer.includes(ESC)) return decodeWhole(buffer, whole);
  return new Iso2022Decoder(buffer, repertoire, vr === 'PN').decode();
}

/** Only ASCII without escape sequences: the same in every character set that DICOM allows. */
function isPlain(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80 || byte === ESC) return false;
  }
  return true;
}

/** Only ASCII without escape sequences, as `isPlain` for bytes. */
export function isPlainText(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80 || code === ESC) return false;
  }
  return true;
}

function decodeWhole(bytes: Buffer, encoding: 'utf-8' | 'gb18030' | 'gbk'): string {
  return encoding === 'utf-8' ? bytes.toString('utf8') : iconv.decode(bytes, encoding);
}

function withoutEscapes(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this is about
  return text.replace(/\x1b[\x20-\x2f]*[\x30-\x7e]?/g, '');
}

export interface EncodedText {
  readonly bytes: Buffer;
  /** False when a character had to become `?`. */
  readonly lossless: boolean;
}

/**
 * Bytes of a value. Sets other than the first are announced by escape sequences where the terms allow it; behind a
 * delimiter they are announced again (PS3.5 Annex I for Korean). A character that no set holds becomes `?`.
 */
export function encodeText(text: string, charset: CharacterSet, vr: string): EncodedText {
  if (isPlainText(text)) return { bytes: Buffer.from(text, 'latin1'), lossless: true };
  const repertoire = repertoireOf(usesCharacterSet(vr) ? charset : []);
  const { whole } = repertoire.initial;
  if (whole === 'utf-8') return { bytes: Buffer.from(text.toWellFormed(), 'utf8'), lossless: text.isWellFormed() };
  if (whole !== undefined) {
    const bytes = iconv.encode(text, whole);
    return { bytes, lossless: iconv.decode(bytes, whole) === text };
  }
  return new Iso2022Encoder(repertoire, vr === 'PN').encode(text);
}
