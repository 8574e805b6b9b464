/** The pass over a data set: levels instead of recursion, and a bound for everything (see `read-data-set.ts`). */
import { DataSetError, type DataSetErrorReason, type Element } from './data-set.ts';
import {
  type ElementHeader,
  type Encoding,
  encodingAt,
  ITEM,
  ITEM_END,
  PIXEL_DATA,
  readHeader,
  SEQUENCE_END,
  UNDEFINED_LENGTH,
} from './element-header.ts';
import type { ReadOptions } from './read-data-set.ts';
import { findFragments } from './read-fragments.ts';
import type { Level, SequenceElement } from './read-level.ts';
import { ReadableDataSet } from './readable-data-set.ts';
import { isSettled, settleVr } from './settle-vr.ts';

/** Most sequences within one another; real objects have fewer than 12. */
export const MAX_NESTING = 64;
/** Most elements, fragments and items of one data set, in units of about 64 bytes of memory. */
const MAX_UNITS = 4_000_000;
const UNITS_PER_ITEM = 8;
/** Most elements of the root or of one item; real ones have a few thousand. */
export const MAX_ELEMENTS = 50_000;
/** Of an element other than Pixel Data: the Standard has none. */
const UNITS_PER_OTHER_FRAGMENT = 80;
const TRAILING_PADDING = 0xfffcfffc;
const IMPLICIT_LITTLE: Encoding = { littleEndian: true, explicitVr: false };

/** One reading of one source. */
export class DataSetReader {
  readonly #source: Buffer;
  readonly #view: DataView;
  readonly #size: number;
  readonly #stopBefore: number;
  readonly #headOnly: boolean;
  readonly #root: ReadableDataSet;
  readonly #levels: Level[];
  readonly #header: ElementHeader = { tag: 0, vr: '', length: 0, valueOffset: 0 };
  #at = 0;
  /** Header of the element of the root under way. */
  #rootAt = 0;
  #lastRootTag = 0;
  #zerosUntil = 0;
  #units: number;
  #done = false;

  constructor(source: Buffer, label: Encoding, options: ReadOptions) {
    const { stopBefore = Number.POSITIVE_INFINITY, headOnly = false } = options;
    this.#units = options.mostUnits ?? MAX_UNITS;
    this.#source = source;
    this.#size = source.length;
    this.#view = new DataView(source.buffer, source.byteOffset, source.byteLength);
    this.#stopBefore = stopBefore;
    this.#headOnly = headOnly;
    const encoding = encodingAt(this.#view, 0, source.length, label);
    this.#root = new ReadableDataSet(source, encoding, undefined);
    const end = headOnly ? Number.POSITIVE_INFINITY : source.length;
    const rest = { sequence: undefined, undefinedLength: false, unlabelled: false };
    this.#levels = [{ dataSet: this.#root, end, encoding, ...rest }];
  }

  /** Goes on for so many elements and items; undefined: there is more. */
  read(steps = Number.POSITIVE_INFINITY): ReadableDataSet | undefined {
    for (let step = 0; step < steps && !this.#done; step++) {
      const level = this.#levels[this.#levels.length - 1] as Level;
      if (level.sequence === undefined) this.#readElement(level);
      else this.#readItem(level, level.sequence);
    }
    return this.#done ? this.#root : undefined;
  }

  #readElement(level: Level): void {
    const at = this.#at;
    const limit = Math.min(level.end, this.#size);
    if (limit - at < 8) {
      this.#endOfElements(level, limit);
      return;
    }
    const { littleEndian, explicitVr } = level.encoding;
    const header = this.#header;
    const whole = readHeader(this.#view, at, limit, littleEndian, explicitVr, header);
    if (this.#levels.length === 1) {
      if (this.#endsRoot(header, whole)) return;
      this.#rootAt = at;
      if (header.tag < ITEM) this.#lastRootTag = header.tag;
    }
    if (!whole) this.#runsOut(level, at + 12);
    else if (header.tag >= ITEM) this.#readDelimiter(level);
    else this.#readValue(level, limit);
  }

  #readValue(level: Level, limit: number): void {
    const { tag, vr: written, length, valueOffset } = this.#header;
    this.#spend(1);
    if (length === UNDEFINED_LENGTH) {
      this.#readUndefinedLength(level, limit);
      return;
    }
    const vr = isSettled(written) ? written : settleVr(this.#header, level.encoding.littleEndian, level.dataSet);
    const underUn = written === 'UN';
    let end = valueOffset + length;
    // A last sequence that claims more than there is: its items will show whether something is missing.
    if (end > limit && vr === 'SQ' && this.#levels.length === 1 && !this.#headOnly) end = limit;
    if (end > limit) {
      this.#runsOut(level, end);
      return;
    }
    if (vr === 'SQ' && (!underUn || this.#beginsItem(valueOffset, end))) {
      this.#openSequence(level, end, false, underUn);
      return;
    }
    this.#add(level.dataSet, { tag, vr: vr === 'SQ' ? 'UN' : vr, offset: valueOffset, length });
    this.#at = end;
  }

  /** Sequences and encapsulated Pixel Data (PS3.5 sections 7.5, 6.2.2 and A.4). */
  #readUndefinedLength(level: Level, limit: number): void {
    const { tag, vr } = this.#header;
    if (tag === PIXEL_DATA || vr === 'OB' || vr === 'OW') this.#readFragments(level, limit);
    else this.#openSequence(level, level.end, true, vr === 'UN' && level.encoding.explicitVr);
  }

  /** @param underUn written as UN: then its items are in implicit VR little endian (PS3.5 section 6.2.2, note 4) */
  #openSequence(level: Level, end: number, undefinedLength: boolean, underUn: boolean): void {
    const { tag, valueOffset, length } = this.#header;
    if (this.#levels.length >= MAX_NESTING * 2) this.#fail('nesting', `more than ${MAX_NESTING} nested sequences`);
    const sequence = { tag, vr: 'SQ', offset: valueOffset, length, items: [] };
    const encoding = underUn ? IMPLICIT_LITTLE : level.encoding;
    this.#levels.push({ sequence, dataSet: level.dataSet, end, undefinedLength, encoding, unlabelled: underUn });
    this.#at = valueOffset;
  }

  #closeSequence(sequence: SequenceElement, valueEnd: number, next: number): void {
    const level = this.#levels.pop() as Level;
    sequence.length = valueEnd - sequence.offset;
    this.#add(level.dataSet, sequence);
    this.#at = next;
  }

  #readItem(level: Level, sequence: SequenceElement): void {
    const at = this.#at;
    const limit = Math.min(level.end, this.#size);
    if (limit - at < 8) {
      if (this.#isCut(level, limit)) this.#runsOut(level, at + 8);
      else this.#closeSequence(sequence, level.end, level.end);
      return;
    }
    const tag = this.#tagAt(at, level.encoding.littleEndian);
    if (tag === ITEM) this.#openItem(level, sequence, at, limit);
    else if (tag === SEQUENCE_END && level.undefinedLength) this.#closeSequence(sequence, at, at + 8);
    else if (tag === SEQUENCE_END || tag === ITEM_END)
      this.#at = at + 8; // stray delimiters happen
    else this.#fail('malformed', 'no item where an item must be');
  }

  #openItem(level: Level, sequence: SequenceElement, at: number, limit: number): void {
    const length = this.#view.getUint32(at + 4, level.encoding.littleEndian);
    const undefinedLength = length === UNDEFINED_LENGTH;
    const begin = at + 8;
    let end = undefinedLength ? level.end : begin + length;
    if (end > level.end && level.end === this.#size && !this.#headOnly) end = level.end; // see #readValue
    if (end > level.end) {
      this.#runsOut(level, end);
      return;
    }
    this.#spend(UNITS_PER_ITEM);
    const encoding = level.unlabelled
      ? encodingAt(this.#view, begin, Math.min(end, limit), level.encoding)
      : level.encoding;
    const dataSet = new ReadableDataSet(this.#source, encoding, level.dataSet);
    sequence.items.push(dataSet);
    this.#levels.push({ sequence: undefined, dataSet, end, undefinedLength, encoding, unlabelled: false });
    this.#at = begin;
  }

  #closeItem(level: Level, end: number, next: number): void {
    level.dataSet.endOffset = end;
    this.#levels.pop();
    this.#at = next;
  }

  /** A delimiter among elements: the end of the item, a forgotten one, or a stray one. */
  #readDelimiter(level: Level): void {
    const { tag } = this.#header;
    const at = this.#at;
    if (tag !== ITEM && tag !== ITEM_END && tag !== SEQUENCE_END) this.#fail('malformed', 'a tag above FFFE,E0DD');
    // The next item or the end of the sequence, where the end of this item was forgotten, is left to the sequence.
    if (level.undefinedLength) this.#closeItem(level, at, tag === ITEM_END ? at + 8 : at);
    else if (tag === ITEM) this.#fail('malformed', 'an item outside a sequence');
    else this.#at = at + 8;
  }

  /** Fewer than 8 bytes are left of the root or of an item. */
  #endOfElements(level: Level, limit: number): void {
    if (this.#levels.length > 1) {
      if (this.#isCut(level, limit)) this.#runsOut(level, this.#at + 8);
      else this.#closeItem(level, level.end, level.end);
      return;
    }
    this.#root.endOffset = this.#at;
    if (this.#headOnly && this.#at < limit) this.#root.truncated = true;
    this.#done = true;
  }

  /** Does the source end before this level does, or without the delimiter that must come? */
  #isCut(level: Level, limit: number): boolean {
    return level.end > this.#size || (level.undefinedLength && limit === this.#size);
  }

  /** Does reading end before this element of the root: asked to, padding, or garbage behind the Pixel Data? */
  #endsRoot(header: ElementHeader, whole: boolean): boolean {
    const { tag } = header;
    const wanted = tag < this.#stopBefore || tag >= ITEM;
    const last = this.#lastRootTag;
    const isTail =
      !this.#headOnly && last >= PIXEL_DATA && (tag < last || tag >= ITEM || !whole || !this.#fits(header));
    const isPadding = (tag === TRAILING_PADDING && !this.#fits(header)) || (tag === 0 && last > 0 && this.#onlyZeros());
    if (wanted && !isTail && !isPadding) return false;
    this.#root.endOffset = this.#at;
    if (!wanted && whole) this.#stopAt(header, this.#at);
    else if (!wanted) this.#root.truncated = true;
    this.#done = true;
    return true;
  }

  #stopAt(header: ElementHeader, headerOffset: number): void {
    const vr = settleVr(header, this.#root.littleEndian, this.#root);
    const { tag, length, valueOffset: offset } = header;
    this.#root.stoppedAt = { tag, vr, offset, headerOffset, length };
  }

  #fits(header: ElementHeader): boolean {
    return header.length === UNDEFINED_LENGTH || header.valueOffset + header.length <= this.#size;
  }

  /** The answer is kept, or a hostile run of zeros would be scanned again for each of its elements. */
  #onlyZeros(): boolean {
    let at = Math.max(this.#at, this.#zerosUntil);
    while (at < this.#size && this.#source[at] === 0) at++;
    this.#zerosUntil = at;
    return at === this.#size;
  }

  #readFragments(level: Level, limit: number): void {
    const { tag, vr, valueOffset } = this.#header;
    const little = level.encoding.littleEndian;
    const cost = tag === PIXEL_DATA ? 1 : UNITS_PER_OTHER_FRAGMENT;
    const found = findFragments(this.#view, valueOffset, limit, little, !this.#headOnly, () => this.#spend(cost));
    if (found === undefined) this.#fail('malformed', 'no item among the fragments of Pixel Data');
    if (typeof found === 'number') {
      this.#runsOut(level, found);
      return;
    }
    const { fragments, end, next } = found;
    const length = end - valueOffset;
    this.#add(level.dataSet, { tag, vr: vr === 'OW' ? vr : 'OB', offset: valueOffset, length, fragments });
    this.#at = next;
  }

  #beginsItem(at: number, end: number): boolean {
    return at === end || (end - at >= 8 && this.#tagAt(at, true) === ITEM);
  }

  #tagAt(at: number, little: boolean): number {
    return this.#view.getUint16(at, little) * 65536 + this.#view.getUint16(at + 2, little);
  }

  /** The first of two elements with one tag counts. */
  #add(dataSet: ReadableDataSet, element: Element): void {
    const { elements } = dataSet;
    if (!elements.has(element.tag)) elements.set(element.tag, element);
    if (elements.size > MAX_ELEMENTS) this.#fail('length', `more than ${MAX_ELEMENTS} elements in one data set`);
  }

  /** `end` lies behind what the level, or the source, holds. */
  #runsOut(level: Level, end: number): void {
    const reachesSource = Math.min(level.end, this.#size) === this.#size;
    if (!reachesSource) this.#fail('length', 'an element is longer than what holds it');
    if (!this.#headOnly || end <= this.#size) this.#fail('truncated', 'the data set ends in the middle of an element');
    const root = this.#root;
    root.truncated = true;
    root.endOffset = this.#rootAt;
    const { littleEndian, explicitVr } = root;
    const whole = readHeader(this.#view, this.#rootAt, this.#size, littleEndian, explicitVr, this.#header);
    if (whole) this.#stopAt(this.#header, this.#rootAt);
    this.#done = true;
  }

  #spend(units: number): void {
    this.#units -= units;
    if (this.#units < 0) this.#fail('length', 'too many elements and items');
  }

  #fail(reason: DataSetErrorReason, message: string): never {
    throw new DataSetError(reason, `${message}, at byte ${this.#at}`);
  }
}
