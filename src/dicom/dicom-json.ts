/** A data set as DICOM JSON (PS3.18 Annex F). */
import { type DataSet, type Element, numericValues, parseNumber, textValues, valueBytes } from './data-set.ts';
import { hexOf } from './dictionary.ts';
import { PIXEL_DATA } from './element-header.ts';
import { swapped } from './encode-value.ts';
import { parsePersonName } from './person-name.ts';
import { isBinaryVr, valueSize } from './vr.ts';

export interface DicomJsonElement {
  vr: string;
  Value?: unknown[];
  BulkDataURI?: string;
  InlineBinary?: string;
}

export type DicomJson = Record<string, DicomJsonElement>;

export interface DicomJsonOptions {
  /**
   * URI of a value that is not in the JSON. The path is the tag, for an element of an item preceded by sequence and
   * number of the item from 1: `7FE00010`, `52009230/1/00289110`. Without this function such values are left out.
   */
  readonly bulkDataUri?: (path: string) => string;
  /** Binary values above so many bytes (default 1024) become BulkDataURI; Pixel Data always. */
  readonly inlineLimit?: number;
}

const DEFAULT_INLINE_LIMIT = 1024;
/** JSON is UTF-8, so that is what the attribute must say there (PS3.18 section F.2.1). */
const SPECIFIC_CHARACTER_SET = 0x00080005;
const FLOAT_PIXEL_DATA = 0x7fe00008;
const DOUBLE_FLOAT_PIXEL_DATA = 0x7fe00009;

/**
 * DICOM JSON of a data set. Recursion is as deep as the nesting, which the reader bounds. A data set that was read with
 * `stopBefore` Pixel Data has its Pixel Data as BulkDataURI all the same.
 */
export function toDicomJson(ds: DataSet, options: DicomJsonOptions): DicomJson {
  return new Writer(options).dataSet(ds, '');
}

/**
 * JSON text of a data set with its attributes in ascending order, nested ones too. `JSON.stringify` would put names
 * that look like array positions first (52009230 before 00080005), against PS3.18 section F.2.2.
 */
export function stringifyDicomJson(json: DicomJson): string {
  const parts = Object.keys(json)
    .sort()
    .map((hex) => `"${hex}":${stringifyElement(json[hex] as DicomJsonElement)}`);
  return `{${parts.join(',')}}`;
}

function stringifyElement(element: DicomJsonElement): string {
  if (element.vr !== 'SQ' || element.Value === undefined) return JSON.stringify(element);
  return `{"vr":"SQ","Value":[${element.Value.map((item) => stringifyDicomJson(item as DicomJson)).join(',')}]}`;
}

class Writer {
  readonly #bulkDataUri: ((path: string) => string) | undefined;
  readonly #inlineLimit: number;

  constructor(options: DicomJsonOptions) {
    this.#bulkDataUri = options.bulkDataUri;
    this.#inlineLimit = options.inlineLimit ?? DEFAULT_INLINE_LIMIT;
  }

  dataSet(ds: DataSet, path: string): DicomJson {
    const json: DicomJson = {};
    for (const element of inOrder(ds)) {
      if ((element.tag & 0xffff) === 0) continue; // no group lengths, PS3.18 section F.2.2
      const hex = hexOf(element.tag);
      json[hex] = this.#element(ds, element, path + hex);
    }
    const rest = ds.stoppedAt;
    if (rest !== undefined && isPixelData(rest.tag) && rest.length > 0) {
      json[hexOf(rest.tag)] = this.#bulk({ vr: rest.vr }, path + hexOf(rest.tag));
    }
    return json;
  }

  #element(ds: DataSet, element: Element, path: string): DicomJsonElement {
    const json: DicomJsonElement = { vr: element.vr };
    if (element.items !== undefined) {
      if (element.items.length > 0) {
        json.Value = element.items.map((item, index) => this.dataSet(item, `${path}/${index + 1}/`));
      }
      return json;
    }
    if (element.length === 0) return json;
    if (element.tag === SPECIFIC_CHARACTER_SET) return { vr: 'CS', Value: ['ISO_IR 192'] };
    if (isBinaryVr(element.vr)) return this.#binary(ds, element, path, json);
    const values = valuesOf(ds, element);
    if (values.some((value) => value !== null)) json.Value = values;
    return json;
  }

  #binary(ds: DataSet, element: Element, path: string, json: DicomJsonElement): DicomJsonElement {
    const bulky = element.fragments !== undefined || isPixelData(element.tag) || element.length > this.#inlineLimit;
    if (bulky) return this.#bulk(json, path);
    const bytes = valueBytes(ds, element);
    json.InlineBinary = (ds.littleEndian ? bytes : swapped(bytes, valueSize(element.vr))).toString('base64');
    return json;
  }

  #bulk(json: DicomJsonElement, path: string): DicomJsonElement {
    if (this.#bulkDataUri !== undefined) json.BulkDataURI = this.#bulkDataUri(path);
    return json;
  }
}

/** Files are in ascending order nearly always; JSON is in any case (PS3.18 section F.2.2). */
function inOrder(ds: DataSet): Iterable<Element> {
  let last = -1;
  for (const tag of ds.elements.keys()) {
    if (tag < last) return [...ds.elements.values()].sort((a, b) => a.tag - b.tag);
    last = tag;
  }
  return ds.elements.values();
}

function isPixelData(tag: number): boolean {
  return tag === PIXEL_DATA || tag === FLOAT_PIXEL_DATA || tag === DOUBLE_FLOAT_PIXEL_DATA;
}

/** Values as JSON: null for an empty one among several (PS3.18 section F.2.5). */
function valuesOf(ds: DataSet, element: Element): unknown[] {
  const { vr } = element;
  if (vr === 'AT') return textValues(ds, element);
  if (valueSize(vr) > 0) return numericValues(ds, element).map(jsonNumber);
  const texts = textValues(ds, element);
  if (vr === 'PN') return texts.map(jsonName);
  if (vr === 'IS' || vr === 'DS') return texts.map(jsonNumberString);
  return texts.map((text) => (text === '' ? null : text));
}

/** JSON knows no NaN and no infinity, and only 53 bits of integers: those become strings (PS3.18 section F.2.3). */
function jsonNumber(value: number | bigint): number | string {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  return Number.isFinite(value) ? value : String(value);
}

/** IS and DS are numbers, or the text itself when it is none. */
function jsonNumberString(text: string): number | string | null {
  if (text === '') return null;
  const value = parseNumber(text);
  return value !== undefined && Number.isFinite(value) ? value : text;
}

function jsonName(text: string): Record<string, string> | null {
  const { alphabetic, ideographic, phonetic } = parsePersonName(text);
  const name: Record<string, string> = {};
  if (alphabetic !== '') name.Alphabetic = alphabetic;
  if (ideographic !== '') name.Ideographic = ideographic;
  if (phonetic !== '') name.Phonetic = phonetic;
  return text === '' || Object.keys(name).length === 0 ? null : name;
}
