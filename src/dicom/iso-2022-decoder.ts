/** ISO 2022 code extension, reading: escape sequences, G0 and G1, resets at delimiters (PS3.5 section 6.1.2.5). */
import iconv from 'iconv-lite';
import { CODE_ELEMENTS, type CodeElement } from './charset-terms.ts';
import type { Repertoire } from './repertoire.ts';

export const ESC = 0x1b;

/** Decoder of one value; bytes of one set are collected and decoded together. */
export class Iso2022Decoder {
  readonly #bytes: Buffer;
  readonly #repertoire: Repertoire;
  readonly #isName: boolean;
  #g0: CodeElement;
  #g1: CodeElement | undefined;
  #text = '';

  constructor(bytes: Buffer, repertoire: Repertoire, isName: boolean) {
    this.#bytes = bytes;
    this.#repertoire = repertoire;
    this.#isName = isName;
    this.#g0 = repertoire.initial.g0;
    this.#g1 = repertoire.initial.g1;
  }

  decode(): string {
    const bytes = this.#bytes;
    let at = 0;
    while (at < bytes.length) {
      const byte = bytes[at] as number;
      if (byte === ESC) at = this.#designate(at + 1);
      else if (byte >= 0x80) at = this.#decodeHigh(at);
      else at = this.#decodeLow(at, byte);
    }
    return this.#text;
  }

  /** Reads an escape sequence; unknown ones are skipped. */
  #designate(at: number): number {
    let end = at;
    while (end < this.#bytes.length && inRange(this.#bytes[end], 0x20, 0x2f)) end++;
    if (inRange(this.#bytes[end], 0x30, 0x7e)) end++;
    const sequence = this.#bytes.toString('latin1', at, end);
    const element = CODE_ELEMENTS.find((candidate) => candidate.escape === sequence);
    if (element?.register === 'G0') this.#g0 = element;
    else if (element?.register === 'G1') this.#g1 = element;
    return end;
  }

  #decodeHigh(at: number): number {
    const end = this.#runEnd(at, (byte) => byte >= 0x80);
    const { whole } = this.#repertoire.initial;
    const element = this.#g1 ?? (whole === undefined ? this.#repertoire.fallback : undefined);
    if (element === undefined) {
      const bytes = this.#bytes.subarray(at, end);
      this.#text += whole === undefined ? bytes.toString('latin1') : iconv.decode(bytes, whole);
      return end;
    }
    if (element.width === 1) {
      this.#text += iconv.decode(this.#bytes.subarray(at, end), element.encoding);
      return end;
    }
    return this.#decodeWide(at, element);
  }

  /** Two-byte characters above 7F. CP949 has second bytes below 80 too: Windows writes them under every label. */
  #decodeWide(at: number, element: CodeElement): number {
    let end = at;
    while (end < this.#bytes.length && (this.#bytes[end] as number) >= 0x80) {
      const second = this.#bytes[end + 1];
      end += second !== undefined && (second >= 0x80 || isCp949Trail(element, second)) ? 2 : 1;
    }
    this.#text += iconv.decode(this.#bytes.subarray(at, end), element.encoding);
    return end;
  }

  #decodeLow(at: number, byte: number): number {
    if (this.#g0.width === 2 && byte > 0x20 && byte < 0x7f) {
      const end = this.#runEnd(at, (next) => next > 0x20 && next < 0x7f);
      this.#text += decodeJis(this.#bytes.subarray(at, end), this.#g0);
      return end;
    }
    this.#text += String.fromCharCode(byte);
    if (this.#resets(byte)) {
      this.#g0 = this.#repertoire.initial.g0;
      this.#g1 = this.#repertoire.initial.g1;
    }
    return at + 1;
  }

  /** Delimiters and line ends bring the initial sets back (PS3.5 section 6.1.2.5.3). */
  #resets(byte: number): boolean {
    if (byte === 0x0a || byte === 0x0c || byte === 0x0d || byte === 0x09 || byte === 0x5c) return true;
    return this.#isName && (byte === 0x5e || byte === 0x3d);
  }

  #runEnd(at: number, belongs: (byte: number) => boolean): number {
    let end = at;
    while (end < this.#bytes.length && belongs(this.#bytes[end] as number)) end++;
    return end;
  }
}

function inRange(byte: number | undefined, low: number, high: number): boolean {
  return byte !== undefined && byte >= low && byte <= high;
}

function isCp949Trail(element: CodeElement, byte: number): boolean {
  return element.encoding === 'cp949' && (inRange(byte, 0x41, 0x5a) || inRange(byte, 0x61, 0x7a));
}

/** JIS X 0208 and 0212 in G0: EUC-JP is the same with the high bits set, and a prefix for 0212. */
function decodeJis(bytes: Buffer, element: CodeElement): string {
  const euc: number[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (element.prefix !== undefined) euc.push(element.prefix);
    euc.push((bytes[at] as number) | 0x80, (bytes[at + 1] as number) | 0x80);
  }
  return iconv.decode(Buffer.from(euc), 'euc-jp') + (bytes.length % 2 === 1 ? '\ufffd' : '');
}
