/** One value of DICOM JSON to its bytes (PS3.5 section 6.2, PS3.18 section F.2.3). */
import { type CharacterSet, encodeText } from './charset.ts';
import type { DicomJsonElement } from './dicom-json.ts';
import { formatPersonName } from './person-name.ts';
import { isBinaryVr, isSingleText, valueSize } from './vr.ts';

/** Longest IS and DS (PS3.5 Table 6.2-1). */
const DS_LENGTH = 16;

/** Bytes of an element's value, padded to an even length; empty when the element has none. */
export function encodeValue(element: DicomJsonElement, little: boolean, charset: CharacterSet): Buffer {
  const { vr } = element;
  if (isBinaryVr(vr)) return encodeBinary(element, little);
  const values = element.Value ?? [];
  if (valueSize(vr) > 0) return encodeNumbers(values, vr, little);
  const texts = values.map((value) => textOf(value, vr));
  const text = isSingleText(vr) ? (texts[0] ?? '') : texts.join('\\');
  return padded(encodeText(text, charset, vr).bytes, vr === 'UI' ? 0 : 0x20);
}

/** InlineBinary is little endian (PS3.18 section F.2.7). */
function encodeBinary(element: DicomJsonElement, little: boolean): Buffer {
  const bytes = padded(Buffer.from(element.InlineBinary ?? '', 'base64'), 0);
  return little ? bytes : swapped(bytes, valueSize(element.vr));
}

/** A copy with the bytes of each word reversed; what is left of a last word stays. */
export function swapped(bytes: Buffer, wordSize: number): Buffer {
  const copy = Buffer.from(bytes);
  if (wordSize < 2) return copy;
  const whole = copy.subarray(0, copy.length - (copy.length % wordSize));
  if (wordSize === 2) whole.swap16();
  else if (wordSize === 4) whole.swap32();
  else whole.swap64();
  return copy;
}

function encodeNumbers(values: readonly unknown[], vr: string, little: boolean): Buffer {
  const size = valueSize(vr);
  const bytes = Buffer.alloc(values.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  values.forEach((value, index) => {
    writeNumber(view, index * size, value, vr, little);
  });
  return bytes;
}

function writeNumber(view: DataView, at: number, value: unknown, vr: string, little: boolean): void {
  if (vr === 'AT') writeTag(view, at, Number.parseInt(String(value), 16), little);
  else if (vr === 'FL') view.setFloat32(at, Number(value), little);
  else if (vr === 'FD') view.setFloat64(at, Number(value), little);
  else if (vr === 'SV' || vr === 'UV') view.setBigUint64(at, toBigInt(value), little);
  else if (vr === 'UL' || vr === 'SL') view.setUint32(at, Number(value), little);
  else view.setUint16(at, Number(value), little);
}

function writeTag(view: DataView, at: number, tag: number, little: boolean): void {
  view.setUint16(at, tag >>> 16, little);
  view.setUint16(at + 2, tag & 0xffff, little);
}

function toBigInt(value: unknown): bigint {
  try {
    return BigInt.asUintN(64, BigInt(value as string | number | bigint));
  } catch {
    return 0n;
  }
}

interface JsonName {
  readonly Alphabetic?: unknown;
  readonly Ideographic?: unknown;
  readonly Phonetic?: unknown;
}

function textOf(value: unknown, vr: string): string {
  if (value === null || value === undefined) return '';
  if (vr === 'PN' && typeof value === 'object') {
    const { Alphabetic, Ideographic, Phonetic } = value as JsonName;
    return formatPersonName({
      alphabetic: String(Alphabetic ?? ''),
      ideographic: String(Ideographic ?? ''),
      phonetic: String(Phonetic ?? ''),
    });
  }
  return vr === 'DS' && typeof value === 'number' ? decimalString(value) : String(value);
}

/** The most exact decimal string of at most 16 characters. */
function decimalString(value: number): string {
  let text = String(value);
  for (let digits = 15; text.length > DS_LENGTH && digits > 0; digits--)
    text = String(Number(value.toPrecision(digits)));
  return text;
}

function padded(bytes: Buffer, padding: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([padding])]);
}
