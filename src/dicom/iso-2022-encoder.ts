/** ISO 2022 code extension, writing: a set is announced before its first character and again behind each delimiter. */
import iconv from 'iconv-lite';
import type { CodeElement } from './charset-terms.ts';
import type { Repertoire } from './repertoire.ts';

const ESC = 0x1b;
const QUESTION_MARK = 0x3f;

/** Encoder of one value (PS3.5 section 6.1.2.5). */
export class Iso2022Encoder {
  readonly #repertoire: Repertoire;
  readonly #delimiters: string;
  /** In force without an escape sequence. */
  readonly #initialG1: CodeElement | undefined;
  #g0: CodeElement;
  #g1: CodeElement | undefined;
  #bytes: number[] = [];
  #lossless = true;

  constructor(repertoire: Repertoire, isName: boolean) {
    this.#repertoire = repertoire;
    this.#delimiters = isName ? '\\\r\n\f\t^=' : '\\\r\n\f\t';
    this.#g0 = repertoire.initial.g0;
    // `ISO 2022 IR 149` as the first value is a common mistake: the escape sequences are written all the same.
    const { g1 } = repertoire.initial;
    this.#initialG1 = g1?.width === 2 && repertoire.extended ? undefined : g1;
    this.#g1 = this.#initialG1;
  }

  encode(text: string): { bytes: Buffer; lossless: boolean } {
    for (const character of text) {
      if (character < '\u0080') this.#writeAscii(character);
      else this.#writeOther(character);
    }
    this.#restoreG0();
    return { bytes: Buffer.from(this.#bytes), lossless: this.#lossless };
  }

  #writeAscii(character: string): void {
    this.#restoreG0();
    const code = character.charCodeAt(0);
    this.#bytes.push(code === ESC ? QUESTION_MARK : code);
    if (code === ESC) this.#lossless = false;
    if (this.#delimiters.includes(character)) {
      // From here on a reader has forgotten what was announced.
      this.#g1 = this.#initialG1;
    }
  }

  #writeOther(character: string): void {
    for (const element of this.#repertoire.elements) {
      const bytes = bytesIn(element, character);
      if (bytes === undefined || !this.#designate(element)) continue;
      this.#bytes.push(...bytes);
      return;
    }
    this.#lossless = false;
    this.#restoreG0();
    this.#bytes.push(QUESTION_MARK);
  }

  /** Brings a set into play, by an escape sequence if it is not; false when the terms allow no escape sequences. */
  #designate(element: CodeElement): boolean {
    const current = element.register === 'G0' ? this.#g0 : this.#g1;
    if (current === element) return true;
    if (!this.#repertoire.extended) return false;
    this.#announce(element);
    return true;
  }

  #announce(element: CodeElement): void {
    this.#bytes.push(ESC, ...Buffer.from(element.escape, 'latin1'));
    if (element.register === 'G0') this.#g0 = element;
    else this.#g1 = element;
  }

  /** ASCII must be back before ASCII characters, delimiters and the end (PS3.5 section 6.1.2.5.3). */
  #restoreG0(): void {
    if (this.#g0 !== this.#repertoire.initial.g0) this.#announce(this.#repertoire.initial.g0);
  }
}

/** Characters that sets hold, as they were looked up before: a day's list has the same syllables again and again. */
const KNOWN = new Map<CodeElement, Map<string, Buffer>>();

/** Bytes of a character in a set, or undefined when the set does not hold it. */
function bytesIn(element: CodeElement, character: string): Buffer | undefined {
  const known = KNOWN.get(element) ?? new Map<string, Buffer>();
  const bytes = known.get(character) ?? lookUp(element, character);
  if (bytes !== undefined) KNOWN.set(element, known.set(character, bytes));
  return bytes;
}

function lookUp(element: CodeElement, character: string): Buffer | undefined {
  if (element.encoding === 'ascii') return undefined;
  const bytes = iconv.encode(character, element.encoding);
  if (bytes[0] === QUESTION_MARK) return undefined;
  const own = element.prefix === undefined ? bytes : withoutPrefix(bytes, element.prefix);
  if (own === undefined || own.length !== element.width) return undefined;
  // CP949 and GBK hold more than the set of the Standard, in places that ISO 2022 does not have.
  if (element.width === 2 && !own.every((byte) => byte >= 0xa1 && byte <= 0xfe)) return undefined;
  return element.register === 'G0' ? (own.map((byte) => byte & 0x7f) as Buffer) : own;
}

function withoutPrefix(bytes: Buffer, prefix: number): Buffer | undefined {
  return bytes[0] === prefix ? bytes.subarray(1) : undefined;
}
