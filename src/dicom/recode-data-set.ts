/**
 * A data set that was read, written in another encoding: implicit or explicit VR, little or big endian (PS3.5 sections
 * 7.1 and 7.3). Values are copied as they are, only the bytes of binary ones turn round; text is never decoded.
 */
import { type DataSet, DataSetError, type Element, valueBytes } from './data-set.ts';
import { encodeHeader, type HeaderForm, itemHeader } from './encode-data-set.ts';
import { swapped } from './encode-value.ts';
import { hasLongForm, isBinaryVr, valueSize } from './vr.ts';

/** A value that takes the place of the element's own, little endian and of even length; null leaves the element out. */
export type Replacement = { readonly vr: string; readonly bytes: Buffer } | null;

const ICON_IMAGE_SEQUENCE = 0x00880200;

/**
 * The elements of a data set, tags ascending, with sequences of defined length and without group lengths. An icon that
 * is compressed itself is left out.
 * @param replaced elements of the root that change, come or go
 * @throws DataSetError 'malformed' for other compressed pixels inside a sequence, 'length' when a value does not fit
 */
export function recodeDataSet(
  dataSet: DataSet,
  form: HeaderForm,
  replaced: ReadonlyMap<number, Replacement> = new Map(),
): Buffer {
  const parts: Buffer[] = [];
  writeElements(dataSet, form, parts, replaced);
  return Buffer.concat(parts);
}

const NOTHING: ReadonlyMap<number, Replacement> = new Map();

/** Returns the bytes written. The reader has bounded the nesting. */
function writeElements(
  dataSet: DataSet,
  form: HeaderForm,
  parts: Buffer[],
  replaced: ReadonlyMap<number, Replacement>,
): number {
  const tags = [...new Set([...dataSet.elements.keys(), ...replaced.keys()])].sort((a, b) => a - b);
  let length = 0;
  for (const tag of tags) {
    if ((tag & 0xffff) === 0) continue;
    const replacement = replaced.get(tag);
    const element = dataSet.elements.get(tag);
    if (replacement) length += writeValue(tag, replacement.vr, turned(replacement, !form.little), form, parts);
    else if (replacement === undefined && element) length += writeElement(dataSet, element, form, parts);
  }
  return length;
}

function writeElement(dataSet: DataSet, element: Element, form: HeaderForm, parts: Buffer[]): number {
  const { tag, vr, items } = element;
  if (items) return isCompressedIcon(element) ? 0 : writeSequence(tag, items, form, parts);
  if (element.fragments) throw new DataSetError('malformed', 'compressed pixels inside a sequence');
  const bytes = turned({ vr, bytes: valueBytes(dataSet, element) }, dataSet.littleEndian !== form.little);
  return writeValue(tag, vr, bytes, form, parts);
}

function isCompressedIcon({ tag, items = [] }: Element): boolean {
  if (tag !== ICON_IMAGE_SEQUENCE) return false;
  return items.some((item) => [...item.elements.values()].some(({ fragments }) => fragments !== undefined));
}

function writeSequence(tag: number, items: readonly DataSet[], form: HeaderForm, parts: Buffer[]): number {
  const place = parts.push(Buffer.alloc(0)) - 1;
  let length = 0;
  for (const item of items) {
    const itemPlace = parts.push(Buffer.alloc(0)) - 1;
    const itemLength = writeElements(item, form, parts, NOTHING);
    parts[itemPlace] = itemHeader(itemLength, form.little);
    length += 8 + itemLength;
  }
  const header = encodeHeader(tag, 'SQ', length, form);
  parts[place] = header;
  return header.length + length;
}

function writeValue(tag: number, vr: string, value: Buffer, form: HeaderForm, parts: Buffer[]): number {
  const bytes = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.from([paddingOf(vr)])]);
  // A value too long for the length field of its VR is written as UN (PS3.5 section 6.2.2, note 6).
  const written = bytes.length > 0xffff && !hasLongForm(vr) ? 'UN' : vr;
  const header = encodeHeader(tag, written, bytes.length, form);
  parts.push(header, bytes);
  return header.length + bytes.length;
}

function paddingOf(vr: string): number {
  return vr === 'UI' || isBinaryVr(vr) || valueSize(vr) > 0 ? 0 : 0x20;
}

/** AT is two words of 16 bits. */
function turned({ vr, bytes }: { vr: string; bytes: Buffer }, turn: boolean): Buffer {
  return turn ? swapped(bytes, vr === 'AT' ? 2 : valueSize(vr)) : bytes;
}
