/** The value of one attribute, wherever it lies in the data set (PS3.18 section 10.4.1.1.5). */
import { type DataSet, type Element, itemsOf, text, valueBytes } from '../dicom/data-set.ts';
import { tagOf } from '../dicom/dictionary.ts';
import { ArchiveError } from '../errors.ts';
import { pixelElement } from './frame-table.ts';
import { type Header, inflateWhole, readHeader } from './header.ts';
import { withSource } from './instance-source.ts';
import type { BulkValue, InstanceFile } from './jobs.ts';

const OCTETS = 'application/octet-stream';
const ENCAPSULATED_DOCUMENT = 0x00420011;
const HARMLESS_TYPES = new Set(['application/pdf', 'model/stl', 'model/obj', 'model/mtl']);

/** Bytes of one word of the VR; big endian values are swapped by it (PS3.5 section 7.3). */
const WORD: Readonly<Record<string, number>> = {
  OW: 2,
  OF: 4,
  OL: 4,
  OD: 8,
  OV: 8,
  US: 2,
  SS: 2,
  UL: 4,
  SL: 4,
  FL: 4,
  FD: 8,
};

/**
 * `path` is what metadata put into BulkDataURI: '7FE00010' or '52009230/1/00289110', item numbers as there.
 * @throws ArchiveError NOT_FOUND when there is no such attribute
 */
export function bulkValue(file: InstanceFile, path: string): BulkValue {
  return withSource(file, (source) => {
    const header = readHeader(source);
    const { dataSet } = header;
    if (dataSet.stoppedAt && tagOf(path) === dataSet.stoppedAt.tag) return wholePixelData(header, source);
    const { owner, element } = find(dataSet, path);
    const mediaType = mediaTypeOf(owner, element);
    const length = documentLength(owner, element);
    const word = owner.littleEndian ? 1 : (WORD[element.vr] ?? 1);
    if (header.deflated || word > 1) {
      return { kind: 'bytes', bytes: swapped(valueBytes(owner, element), word), mediaType };
    }
    return { kind: 'range', start: element.offset, end: element.offset + length, mediaType };
  });
}

function wholePixelData(header: Header, source: Parameters<typeof inflateWhole>[0]): BulkValue {
  const pixels = pixelElement(header.dataSet);
  if (pixels.length === 0xffffffff) {
    throw new ArchiveError('NOT_ACCEPTABLE', 'compressed pixel data is sent as frames, not as one value');
  }
  const start = pixels.offset;
  if (header.deflated) {
    return { kind: 'bytes', bytes: inflateWhole(source).subarray(start, start + pixels.length), mediaType: OCTETS };
  }
  const end = Math.min(start + pixels.length, source.length);
  const word = header.dataSet.littleEndian ? 1 : (WORD[pixels.vr] ?? 1);
  if (word > 1) return { kind: 'bytes', bytes: swapped(source.read(start, end), word), mediaType: OCTETS };
  return { kind: 'range', start, end, mediaType: OCTETS };
}

function find(root: DataSet, path: string): { owner: DataSet; element: Element } {
  const steps = path.split('/');
  let owner = root;
  for (let i = 0; i + 2 < steps.length; i += 2) {
    const item = itemsOf(owner, tagAt(steps[i]))[Number(steps[i + 1]) - 1];
    if (!item) throw absent();
    owner = item;
  }
  const element = owner.elements.get(tagAt(steps.at(-1)));
  if (!element || element.items || steps.length % 2 === 0) throw absent();
  return { owner, element };
}

function tagAt(step: string | undefined): number {
  const tag = /^[0-9a-f]{8}$/i.test(step ?? '') ? tagOf(step as string) : undefined;
  if (tag === undefined) throw absent();
  return tag;
}

/**
 * An encapsulated document says itself what it is: MIME Type of Encapsulated Document (0042,0012). Only kinds that run
 * nothing in a browser are believed; anything else, HTML above all, leaves as octets.
 */
function mediaTypeOf(owner: DataSet, element: Element): string {
  const declared = element.tag === ENCAPSULATED_DOCUMENT ? text(owner, 0x00420012).toLowerCase() : '';
  return HARMLESS_TYPES.has(declared) ? declared : OCTETS;
}

/** Encapsulated Document Length (0042,0015) leaves the padding byte out. */
function documentLength(owner: DataSet, element: Element): number {
  if (element.tag !== ENCAPSULATED_DOCUMENT) return element.length;
  const declared = owner.elements.has(0x00420015) ? Number(text(owner, 0x00420015)) : Number.NaN;
  return declared === element.length - 1 ? declared : element.length;
}

function swapped(value: Buffer, word: number): Buffer {
  const bytes = Buffer.from(value);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % Math.max(1, word)));
  if (word === 2) whole.swap16();
  else if (word === 4) whole.swap32();
  else if (word === 8) whole.swap64();
  return bytes;
}

function absent(): ArchiveError {
  return new ArchiveError('NOT_FOUND', 'the instance has no such attribute');
}
