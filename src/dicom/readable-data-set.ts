/** The data set or item that the reader fills, with the character set that items inherit. */
import type { CharacterSet } from './charset-terms.ts';
import type { DataSet, Element, StoppedAt } from './data-set.ts';
import type { Encoding } from './element-header.ts';
import { trimOf } from './trim.ts';

const SPECIFIC_CHARACTER_SET = 0x00080005;
const PIXEL_REPRESENTATION = 0x00280103;
/** Of Specific Character Set: all terms that there are, several times. */
const MOST_BYTES = 1024;

/** A data set whose character set is looked up when it is first asked for: most are never asked. */
export class ReadableDataSet implements DataSet {
  readonly source: Buffer;
  readonly elements = new Map<number, Element>();
  readonly littleEndian: boolean;
  readonly explicitVr: boolean;
  endOffset = 0;
  stoppedAt?: StoppedAt;
  truncated?: boolean;
  readonly #parent: ReadableDataSet | undefined;
  #charset: CharacterSet | undefined;

  constructor(source: Buffer, encoding: Encoding, parent: ReadableDataSet | undefined) {
    this.source = source;
    this.littleEndian = encoding.littleEndian;
    this.explicitVr = encoding.explicitVr;
    this.#parent = parent;
  }

  get charset(): CharacterSet {
    this.#charset ??= this.#ownCharset() ?? this.#parent?.charset ?? [];
    return this.#charset;
  }

  #ownCharset(): CharacterSet | undefined {
    const element = this.elements.get(SPECIFIC_CHARACTER_SET);
    if (element === undefined) return undefined;
    const { offset, length } = element;
    const text = this.source.toString('latin1', offset, offset + Math.min(length, MOST_BYTES));
    const values = text.split('\\').map((value) => trimOf(value, '\0 '));
    return values.length === 1 && values[0] === '' ? [] : values;
  }

  /** Is Pixel Representation, here or in a data set around this one, "signed"? It decides between US and SS. */
  get signedPixels(): boolean {
    const element = this.elements.get(PIXEL_REPRESENTATION);
    if (element === undefined || element.length < 2) return this.#parent?.signedPixels ?? false;
    const { source, littleEndian } = this;
    return (littleEndian ? source.readUInt16LE(element.offset) : source.readUInt16BE(element.offset)) === 1;
  }
}
