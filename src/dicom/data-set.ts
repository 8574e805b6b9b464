/** A data set that has been read: where each element lies, and its values on request (PS3.5 section 7). */
import { type CharacterSet, decodeText } from './charset.ts';
import { trimEndOf, trimOf } from './trim.ts';
import { isBinaryVr, isSingleText, usesCharacterSet, valueSize } from './vr.ts';

export interface Fragment {
  /** Of the first byte, in the source. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

export interface Element {
  readonly tag: number;
  readonly vr: string;
  /** Of the first byte of the value, in the source of the data set. */
  readonly offset: number;
  /** Bytes of the value; for an undefined length what was found up to the delimiter. */
  readonly length: number;
  items?: DataSet[];
  /** Encapsulated Pixel Data: the first is the Basic Offset Table. */
  fragments?: Fragment[];
}

/** Header of the element at which reading stopped. */
export interface StoppedAt {
  readonly tag: number;
  readonly vr: string;
  /** Of the value. */
  readonly offset: number;
  readonly headerOffset: number;
  /** Bytes as written in the header; 0xffffffff is undefined length. */
  readonly length: number;
}

export interface DataSet {
  readonly source: Buffer;
  readonly elements: Map<number, Element>;
  readonly littleEndian: boolean;
  readonly explicitVr: boolean;
  /** In force in this data set; items inherit it (PS3.5 section 7.5.3). */
  readonly charset: CharacterSet;
  endOffset: number;
  stoppedAt?: StoppedAt;
}

export type DataSetErrorReason = 'truncated' | 'nesting' | 'length' | 'malformed' | 'inflated-too-large';

/** The bytes are not a data set that we can read; `reason` says in what way. */
export class DataSetError extends Error {
  readonly reason: DataSetErrorReason;

  constructor(reason: DataSetErrorReason, message: string) {
    super(message);
    this.name = 'DataSetError';
    this.reason = reason;
  }
}

/** Value of an element as it lies in the source (no copy), or undefined when the element is absent. */
export function bytesOf(ds: DataSet, tag: number): Buffer | undefined {
  const element = ds.elements.get(tag);
  return element === undefined ? undefined : valueBytes(ds, element);
}

/** Bytes of the value of an element of `ds`, no copy. */
export function valueBytes(ds: DataSet, element: Element): Buffer {
  return ds.source.subarray(element.offset, element.offset + element.length);
}

/** Items of a sequence; [] when it is absent, empty or no sequence. */
export function itemsOf(ds: DataSet, tag: number): DataSet[] {
  return ds.elements.get(tag)?.items ?? [];
}

/** Values of a text element, decoded and trimmed, empty ones included; [] when the value is empty or no text. */
export function textValues(ds: DataSet, element: Element): string[] {
  if (element.length === 0 || element.items || element.fragments) return [];
  const { vr } = element;
  if (isBinaryVr(vr)) return [];
  if (valueSize(vr) > 0) return numericValues(ds, element).map((value) => formatBinary(vr, value));
  const decoded = decode(ds, element);
  if (isSingleText(vr)) return [trimEnd(decoded)];
  if (!decoded.includes('\\')) return [trim(decoded)];
  return decoded.split('\\').map(trim);
}

function decode(ds: DataSet, element: Element): string {
  const { vr, offset } = element;
  const end = offset + element.length;
  if (usesCharacterSet(vr)) return decodeText(ds.source.subarray(offset, end), ds.charset, vr);
  return ds.source.toString('latin1', offset, end);
}

function formatBinary(vr: string, value: number | bigint): string {
  return vr === 'AT' ? Number(value).toString(16).toUpperCase().padStart(8, '0') : String(value);
}

/** Padding is spaces (PS3.5 section 6.2), NUL for UIDs; real files mix them up, so both go, on both sides. */
function trim(text: string): string {
  return trimOf(text, '\0 ');
}

/** Of ST, LT and UT leading spaces are significant. */
function trimEnd(text: string): string {
  return trimEndOf(text, '\0 ');
}

/** First value of an element, decoded and without padding; '' when absent or empty. Never throws. */
export function text(ds: DataSet, tag: number): string {
  return texts(ds, tag)[0] ?? '';
}

/**
 * All values of an element, decoded and without padding; [] when absent or empty. Never throws.
 * @param mostBytes of the value that are read
 */
export function texts(ds: DataSet, tag: number, mostBytes = Number.POSITIVE_INFINITY): string[] {
  const element = ds.elements.get(tag);
  if (element === undefined) return [];
  const values = textValues(ds, element.length > mostBytes ? { ...element, length: mostBytes } : element);
  return values.length === 1 && values[0] === '' ? [] : values;
}

/** Values of an element with a numeric VR (AT as 32-bit tags, SV and UV as bigint); a cut last value is left out. */
export function numericValues(ds: DataSet, element: Element): (number | bigint)[] {
  const { vr } = element;
  const size = valueSize(vr);
  if (size === 0 || element.items || element.fragments) return [];
  const { source, littleEndian } = ds;
  const count = Math.floor(element.length / size);
  const view = new DataView(source.buffer, source.byteOffset + element.offset, count * size);
  const values: (number | bigint)[] = [];
  for (let at = 0; at < count * size; at += size) values.push(readValue(view, at, vr, littleEndian));
  return values;
}

function readValue(view: DataView, at: number, vr: string, little: boolean): number | bigint {
  switch (vr) {
    case 'US':
    case 'OW':
      return view.getUint16(at, little);
    case 'SS':
      return view.getInt16(at, little);
    case 'UL':
    case 'OL':
      return view.getUint32(at, little);
    case 'SL':
      return view.getInt32(at, little);
    case 'FL':
    case 'OF':
      return view.getFloat32(at, little);
    case 'FD':
    case 'OD':
      return view.getFloat64(at, little);
    case 'SV':
      return view.getBigInt64(at, little);
    case 'UV':
    case 'OV':
      return view.getBigUint64(at, little);
    case 'AT':
      return view.getUint16(at, little) * 65536 + view.getUint16(at + 2, little);
    default:
      return view.getUint8(at);
  }
}

/**
 * All numbers of a US, SS, UL, SL, FL, FD, SV, UV, AT, IS or DS element (64-bit ones rounded to a double); values that
 * are no number are left out; [] when absent.
 */
export function numbers(ds: DataSet, tag: number): number[] {
  const element = ds.elements.get(tag);
  if (element === undefined) return [];
  if (valueSize(element.vr) > 0) return numericValues(ds, element).map(Number);
  return textValues(ds, element)
    .map(parseNumber)
    .filter((value) => value !== undefined);
}

/** The number that an IS or DS value holds (PS3.5 section 6.2), or undefined: JavaScript's own reading takes too much. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** First number of an element, or undefined when there is none. */
export function number(ds: DataSet, tag: number): number | undefined {
  const element = ds.elements.get(tag);
  if (element === undefined) return undefined;
  return numbers(ds, tag)[0];
}
