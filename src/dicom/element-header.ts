/** Header of one data element: tag, VR and length in any encoding (PS3.5 sections 7.1.2 and 7.1.3). */
import { registeredVr, vrOf } from './dictionary.ts';
import { isLongCode, vrCode, vrOfCode } from './vr.ts';

export const UNDEFINED_LENGTH = 0xffffffff;
export const PIXEL_DATA = 0x7fe00010;
export const ITEM = 0xfffee000;
export const ITEM_END = 0xfffee00d;
export const SEQUENCE_END = 0xfffee0dd;

/** How the elements of one data set or item are encoded. */
export interface Encoding {
  readonly littleEndian: boolean;
  readonly explicitVr: boolean;
}

/** Reused by the reader for every element, so that reading a header allocates nothing. */
export interface ElementHeader {
  tag: number;
  vr: string;
  /** Bytes, or `UNDEFINED_LENGTH`. */
  length: number;
  /** Where the value begins. */
  valueOffset: number;
}

/**
 * Reads the header at `at`. The caller has checked that 8 bytes are there.
 * @returns false when the header needs more bytes than lie before `limit`
 */
export function readHeader(
  view: DataView,
  at: number,
  limit: number,
  little: boolean,
  explicit: boolean,
  into: ElementHeader,
): boolean {
  const tag = view.getUint16(at, little) * 65536 + view.getUint16(at + 2, little);
  into.tag = tag;
  if (!explicit || tag >= ITEM) return readImplicit(view, at, little, into);
  const code = view.getUint16(at + 4, false);
  const vr = vrOfCode(code);
  if (vr === undefined) return readOdd(view, at, limit, little, into);
  into.vr = vr;
  if (!isLongCode(code)) {
    into.length = view.getUint16(at + 6, little);
    into.valueOffset = at + 8;
    return true;
  }
  return readLong(view, at, limit, little, into);
}

function readImplicit(view: DataView, at: number, little: boolean, into: ElementHeader): boolean {
  into.vr = registeredVr(into.tag) ?? 'UN';
  into.length = view.getUint32(at + 4, little);
  into.valueOffset = at + 8;
  return true;
}

function readLong(view: DataView, at: number, limit: number, little: boolean, into: ElementHeader): boolean {
  const reserved = view.getUint16(at + 6, little);
  if (reserved !== 0 && (at + 12 > limit || !fits(view.getUint32(at + 8, little), at + 12, limit))) {
    // A writer that knows only short headers put the length where the reserved bytes are.
    into.length = reserved;
    into.valueOffset = at + 8;
    return true;
  }
  if (at + 12 > limit) return false;
  into.length = view.getUint32(at + 8, little);
  into.valueOffset = at + 12;
  return true;
}

/** A VR that the Standard does not know. */
function readOdd(view: DataView, at: number, limit: number, little: boolean, into: ElementHeader): boolean {
  if (isUpperCase(view.getUint8(at + 4)) && isUpperCase(view.getUint8(at + 5))) {
    into.vr = 'UN'; // a VR of the future: long form, PS3.5 section 7.1.2
    return readLong(view, at, limit, little, into);
  }
  const implicitLength = view.getUint32(at + 4, little);
  if (fits(implicitLength, at + 8, limit)) {
    // No letters where the VR belongs: an element without VR among explicit ones.
    return readImplicit(view, at, little, into);
  }
  into.vr = vrOf(into.tag);
  into.length = view.getUint16(at + 6, little);
  into.valueOffset = at + 8;
  return true;
}

function isUpperCase(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function fits(length: number, from: number, limit: number): boolean {
  return length === UNDEFINED_LENGTH || length <= limit - from;
}

/**
 * The encoding of the element at `at`, where files often contradict their label: implicit data under an explicit
 * Transfer Syntax, the reverse, and swapped bytes. The label is kept unless the bytes speak clearly against it.
 */
export function encodingAt(view: DataView, at: number, limit: number, label: Encoding): Encoding {
  if (limit - at < 8) return label;
  const group = view.getUint16(at, label.littleEndian);
  // No first group of a data set is 0x0800 or 0x1000: that is 0008 or 0010 the other way round.
  const swapped = (group & 0xff) === 0 && group !== 0 && group <= 0x4000;
  const littleEndian = swapped ? !label.littleEndian : label.littleEndian;
  const explicitVr = label.explicitVr
    ? !isImplicitHere(view, at, limit, littleEndian)
    : isExplicitHere(view, at, limit, littleEndian);
  return { littleEndian, explicitVr };
}

function isImplicitHere(view: DataView, at: number, limit: number, little: boolean): boolean {
  if (isUpperCase(view.getUint8(at + 4)) && isUpperCase(view.getUint8(at + 5))) return false;
  return fits(view.getUint32(at + 4, little), at + 8, limit);
}

function isExplicitHere(view: DataView, at: number, limit: number, little: boolean): boolean {
  const code = view.getUint16(at + 4, false);
  if (vrOfCode(code) === undefined) return false;
  const tag = view.getUint16(at, little) * 65536 + view.getUint16(at + 2, little);
  // As a length these letters would be 16 705 or more: unlikely for a first element, impossible if it does not fit.
  return vrCode(vrOf(tag)) === code || !fits(view.getUint32(at + 4, little), at + 8, limit);
}

/**
 * The encoding of bytes that may begin with a data element, without any label, or undefined when they do not look like
 * the beginning of a data set (group 0000 to 0010 in either byte order, a length that fits).
 */
export function guessEncoding(head: Buffer): Encoding | undefined {
  if (head.length < 8) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (const littleEndian of [true, false]) {
    const group = view.getUint16(0, littleEndian);
    if (group > 0x10 || group % 2 === 1) continue;
    if (vrOfCode(view.getUint16(4, false)) !== undefined) return { littleEndian, explicitVr: true };
    if (view.getUint32(4, littleEndian) < 0x10000) return { littleEndian, explicitVr: false };
  }
  return undefined;
}
