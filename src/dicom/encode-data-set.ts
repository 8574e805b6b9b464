/** DICOM JSON to an encoded data set: query answers, worklist items, test images (PS3.5 section 7, PS3.18 Annex F). */
import type { CharacterSet } from './charset.ts';
import { DataSetError } from './data-set.ts';
import type { DicomJson, DicomJsonElement } from './dicom-json.ts';
import { encodeValue } from './encode-value.ts';
import { transferSyntax } from './transfer-syntaxes.ts';
import { hasLongForm } from './vr.ts';

const SPECIFIC_CHARACTER_SET = '00080005';
/** As deep as the reader reads. */
const MAX_NESTING = 64;

/** How element headers are written. */
export interface HeaderForm {
  readonly little: boolean;
  readonly explicit: boolean;
}

interface Target extends HeaderForm {
  readonly charset: CharacterSet;
  readonly parts: Buffer[];
}

/**
 * Encodes a data set: tags ascending, even lengths, sequences and items of defined length. Specific Character Set is
 * written from `charset`, whatever the JSON says, and not at all when that is empty. Characters that `charset` does not
 * hold become `?` (`encodeText` tells beforehand). Elements with a BulkDataURI only are written empty; group lengths and
 * unknown keys are left out.
 * @param transferSyntaxUid implicit VR little endian, or explicit VR in either byte order
 * @throws DataSetError 'nesting' above 64 sequences, 'length' when a value does not fit its length field
 */
export function encodeDataSet(json: DicomJson, transferSyntaxUid: string, charset: CharacterSet): Buffer {
  const syntax = transferSyntax(transferSyntaxUid);
  const target: Target = {
    little: !(syntax?.bigEndian ?? false),
    explicit: syntax?.explicitVr ?? true,
    charset: writtenCharset(charset),
    parts: [],
  };
  const root: DicomJson = { ...json };
  delete root[SPECIFIC_CHARACTER_SET];
  if (target.charset.length > 0) root[SPECIFIC_CHARACTER_SET] = { vr: 'CS', Value: [...target.charset] };
  writeElements(root, target, 0);
  return Buffer.concat(target.parts);
}

/** Single-valued `ISO 2022 IR 149` is a common mistake: a set of two-byte characters extends the empty first value. */
function writtenCharset(charset: CharacterSet): CharacterSet {
  return /^ISO 2022 IR (?:149|58|87|159)$/.test(charset[0] ?? '') ? ['', ...charset] : charset;
}

/** Writes elements in ascending order and returns their length in bytes. */
function writeElements(json: DicomJson, target: Target, depth: number): number {
  if (depth > MAX_NESTING) throw new DataSetError('nesting', `more than ${MAX_NESTING} nested sequences`);
  let length = 0;
  const elements: [tag: number, element: DicomJsonElement][] = [];
  for (const [key, element] of Object.entries(json)) {
    if (element !== undefined && isWritten(key)) elements.push([Number.parseInt(key, 16), element]);
  }
  for (const [tag, element] of elements.sort(byTag)) length += writeElement(tag, element, target, depth);
  return length;
}

/** Group lengths and what is no tag are left out. */
function isWritten(key: string): boolean {
  return /^[0-9A-Fa-f]{8}$/.test(key) && !key.endsWith('0000');
}

function byTag([a]: [number, unknown], [b]: [number, unknown]): number {
  return a - b;
}

function writeElement(tag: number, element: DicomJsonElement, target: Target, depth: number): number {
  if (element.vr === 'SQ') return writeSequence(tag, element, target, depth);
  const value = encodeValue(element, target.little, target.charset);
  const header = encodeHeader(tag, element.vr, value.length, target);
  target.parts.push(header, value);
  return header.length + value.length;
}

function writeSequence(tag: number, element: DicomJsonElement, target: Target, depth: number): number {
  const place = target.parts.push(Buffer.alloc(0)) - 1;
  let length = 0;
  for (const item of element.Value ?? []) {
    const itemPlace = target.parts.push(Buffer.alloc(0)) - 1;
    const itemLength = writeElements((item ?? {}) as DicomJson, target, depth + 1);
    target.parts[itemPlace] = itemHeader(itemLength, target.little);
    length += 8 + itemLength;
  }
  const header = encodeHeader(tag, 'SQ', length, target);
  target.parts[place] = header;
  return header.length + length;
}

/** Item (FFFE,E000) of a sequence or fragment. */
export function itemHeader(length: number, little: boolean): Buffer {
  const header = Buffer.allocUnsafe(8);
  writeTag(header, 0xfffee000, little);
  writeLength(header, 4, length, little);
  return header;
}

/** Tag, VR and length of an element. @throws DataSetError 'length' when it does not fit the VR's length field */
export function encodeHeader(tag: number, vr: string, length: number, { little, explicit }: HeaderForm): Buffer {
  const long = explicit && hasLongForm(vr);
  const header = Buffer.allocUnsafe(long ? 12 : 8);
  writeTag(header, tag, little);
  if (explicit) header.write(vr, 4, 2, 'latin1');
  if (long) header.writeUInt16LE(0, 6);
  if (long) writeLength(header, 8, length, little);
  else if (!explicit) writeLength(header, 4, length, little);
  else if (length > 0xffff) throw new DataSetError('length', `${length} bytes do not fit an element of VR ${vr}`);
  else if (little) header.writeUInt16LE(length, 6);
  else header.writeUInt16BE(length, 6);
  return header;
}

function writeTag(into: Buffer, tag: number, little: boolean): void {
  if (little) {
    into.writeUInt16LE(tag >>> 16, 0);
    into.writeUInt16LE(tag & 0xffff, 2);
  } else into.writeUInt32BE(tag, 0);
}

function writeLength(into: Buffer, at: number, length: number, little: boolean): void {
  if (length >= 0xffffffff) throw new DataSetError('length', `${length} bytes do not fit an element`);
  if (little) into.writeUInt32LE(length, at);
  else into.writeUInt32BE(length, at);
}
