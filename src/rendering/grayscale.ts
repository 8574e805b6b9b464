/**
 * From stored values to grey: Modality LUT, VOI LUT or window, polarity (PS3.4 Annex N.2). The whole chain becomes one
 * table over the stored values, so an image of any size costs one look-up a pixel.
 */
import { type DataSet, itemsOf, number, numbers, text, texts } from '../dicom/data-set.ts';
import { ArchiveError } from '../errors.ts';
import type { DecodedFrame } from './decode-frame.ts';
import { functionalGroup, type ImageFormat } from './image-format.ts';
import type { Window } from './jobs.ts';
import { lookUp, readLookupTable } from './lookup-table.ts';

export type Curve = (value: number) => number;

/** What has to be known for the transform of one frame. */
export interface Source {
  readonly dataSet: DataSet;
  readonly frame: number;
  readonly format: ImageFormat;
}

/** One byte a pixel. `window` replaces what the file proposes. */
export function renderGrayscale(decoded: DecodedFrame, source: Source, window: Window | undefined): Buffer {
  const values = storedValues(decoded, source.format);
  const modality = modalityCurve(source);
  const voi = window ? windowCurve(window) : (voiFromFile(source) ?? wholeRange(values, modality, source));
  const inverted = source.format.photometric === 'MONOCHROME1';
  const toGrey: Curve = (stored) => {
    const grey = Math.round(255 * Math.min(1, Math.max(0, voi(modality(stored)))));
    return inverted ? 255 - grey : grey;
  };
  return values.bits <= 16 ? byTable(values, toGrey) : oneByOne(values, toGrey);
}

/** Sample values before any transform; `valueOf` gives the value of a pixel with its sign. */
export interface StoredValues {
  readonly count: number;
  /** Bits of the raw samples. */
  readonly bits: number;
  readonly raw: Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;
  /** Stored value of a raw sample: bits beyond Bits Stored cut off, sign extended. */
  readonly valueOf: Curve;
}

export function storedValues(decoded: DecodedFrame, format: ImageFormat): StoredValues {
  const count = decoded.width * decoded.height;
  if (format.bitsAllocated === 1)
    return { count, bits: 8, raw: unpackBits(decoded.samples, count), valueOf: (raw) => raw };
  const raw = typed(decoded, count);
  if (raw.length < count) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'the frame is too short');
  const bits = 8 * decoded.bytesPerSample;
  if (bits > 16) return { count, bits, raw, valueOf: wideValueOf(format) };
  const shift = Math.max(0, Math.min(bits, format.highBit + 1) - format.bitsStored);
  const stored = Math.min(format.bitsStored, bits);
  const mask = 2 ** stored - 1;
  const sign = 2 ** (stored - 1);
  const unmasked: Curve = format.signed
    ? (value) => (((value >> shift) & mask) ^ sign) - sign
    : (value) => (value >> shift) & mask;
  return { count, bits, raw, valueOf: unmasked };
}

/** Bits beyond the stored ones go out at the left, then at the right, where the sign comes in. */
function wideValueOf({ signed, bitsStored, highBit }: ImageFormat): Curve {
  const left = 31 - highBit;
  const right = 32 - bitsStored;
  return signed ? (value) => (value << left) >> right : (value) => (value << left) >>> right;
}

function typed(decoded: DecodedFrame, count: number): StoredValues['raw'] {
  const { samples, bytesPerSample } = decoded;
  if (bytesPerSample === 1) return samples;
  const bytes = samples.byteOffset % bytesPerSample === 0 ? samples : Buffer.from(new Uint8Array(samples).buffer);
  const length = Math.min(count, Math.floor(bytes.length / bytesPerSample));
  if (bytesPerSample === 2) return new Uint16Array(bytes.buffer, bytes.byteOffset, length);
  if (bytesPerSample === 4) return new Uint32Array(bytes.buffer, bytes.byteOffset, length);
  throw new ArchiveError('NOT_RENDERABLE', `${8 * bytesPerSample} bits allocated`);
}

function unpackBits(packed: Buffer, count: number): Uint8Array {
  const bits = new Uint8Array(count);
  for (let i = 0; i < count; i++) bits[i] = ((packed[i >> 3] ?? 0) >> (i & 7)) & 1;
  return bits;
}

function byTable(values: StoredValues, toGrey: Curve): Buffer {
  const table = new Uint8Array(2 ** values.bits);
  const seen = new Uint8Array(table.length);
  const out = Buffer.allocUnsafe(values.count);
  const { raw } = values;
  for (let i = 0; i < out.length; i++) {
    const value = raw[i] as number;
    if (seen[value] === 0) {
      seen[value] = 1;
      table[value] = toGrey(values.valueOf(value));
    }
    out[i] = table[value] as number;
  }
  return out;
}

function oneByOne(values: StoredValues, toGrey: Curve): Buffer {
  const out = Buffer.allocUnsafe(values.count);
  for (let i = 0; i < out.length; i++) out[i] = toGrey(values.valueOf(values.raw[i] as number));
  return out;
}

/** Modality LUT or Rescale Slope and Intercept, of the frame, the image or the file (PS3.3 section C.11.1). */
export function modalityCurve({ dataSet, frame, format }: Source): Curve {
  const [item] = itemsOf(dataSet, 0x00283000);
  const table = item && readLookupTable(item, 0x00283002, 0x00283006, format.signed);
  if (table) return (value) => lookUp(table, value);
  const place = functionalGroup(dataSet, frame, 0x00289145) ?? dataSet;
  const slope = number(place, 0x00281053) || 1;
  const intercept = number(place, 0x00281052) ?? 0;
  return (value) => value * slope + intercept;
}

/** Whether values may lie below zero after the Modality LUT, whose own entries never do (PS3.3 section C.11.2.1.1). */
function modalityIsSigned({ dataSet, frame, format }: Source): boolean {
  if (itemsOf(dataSet, 0x00283000).length > 0) return false;
  const place = functionalGroup(dataSet, frame, 0x00289145) ?? dataSet;
  return format.signed || (number(place, 0x00281052) ?? 0) < 0;
}

/** The first window of the file, else its first VOI LUT; undefined when it proposes none. */
function voiFromFile(source: Source): Curve | undefined {
  const { dataSet, frame } = source;
  for (const place of voiPlaces(dataSet, frame)) {
    const [window] = windowsAt(place);
    if (window) return windowCurve(window);
    const [item] = itemsOf(place, 0x00283010);
    const table = item && readLookupTable(item, 0x00283002, 0x00283006, modalityIsSigned(source));
    if (table) return (value) => lookUp(table, value) / table.maximum;
  }
  return undefined;
}

/** Where a frame's windows may stand: its functional group before the image itself. */
function voiPlaces(dataSet: DataSet, frame: number): DataSet[] {
  const group = functionalGroup(dataSet, frame, 0x00289132);
  return group === undefined ? [dataSet] : [group, dataSet];
}

/** The windows that the file proposes for a frame (PS3.3 section C.11.2.1.2), with their names where they have any. */
export function fileWindows(dataSet: DataSet, frame: number): NamedWindow[] {
  return (
    voiPlaces(dataSet, frame)
      .map(windowsAt)
      .find((windows) => windows.length > 0) ?? []
  );
}

export interface NamedWindow extends Window {
  readonly name: string;
}

function windowsAt(place: DataSet): NamedWindow[] {
  const shape = shapeOf(text(place, 0x00281056));
  const names = texts(place, 0x00281055);
  const widths = numbers(place, 0x00281051);
  return numbers(place, 0x00281050).flatMap((center, index) => {
    const width = widths[index];
    return width !== undefined && width >= 1 ? [{ center, width, shape, name: names[index] ?? '' }] : [];
  });
}

function shapeOf(voiLutFunction: string): Window['shape'] {
  return voiLutFunction === 'SIGMOID' || voiLutFunction === 'LINEAR_EXACT' ? voiLutFunction : 'LINEAR';
}

/** 0 to 1 (PS3.3 section C.11.2.1.2 and C.11.2.1.3). */
export function windowCurve({ center, width, shape }: Window): Curve {
  if (shape === 'SIGMOID') return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width));
  if (shape === 'LINEAR_EXACT') return (value) => (value - center) / width + 0.5;
  if (width <= 1) return (value) => (value <= center - 0.5 ? 0 : 1);
  return (value) => (value - (center - 0.5)) / (width - 1) + 0.5;
}

/**
 * Without any proposal: what 8 bits can hold is shown as it is, anything wider is stretched between the smallest and the
 * largest value that is no padding.
 */
function wholeRange(values: StoredValues, modality: Curve, source: Source): Curve {
  const { low, high } = valueRange(values, modality, source);
  const range = high - low;
  return range > 0 ? (value) => (value - low) / range : () => 0;
}

/** Smallest and largest value of the whole range, after the Modality LUT. */
export function valueRange(
  values: StoredValues,
  modality: Curve,
  { dataSet, format }: Source,
): { low: number; high: number } {
  if (format.bitsStored <= 8) {
    const low = format.signed ? -(2 ** (format.bitsStored - 1)) : 0;
    return ordered(modality(low), modality(low + 2 ** format.bitsStored - 1));
  }
  const isPadding = paddingOf(dataSet);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.count; i++) {
    const value = values.valueOf(values.raw[i] as number);
    if (isPadding(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return ordered(modality(low), modality(high));
}

/** Pixel Padding Value, alone or to its Range Limit, whichever is larger (PS3.3 section C.7.5.1.1.2). */
function paddingOf(dataSet: DataSet): (stored: number) => boolean {
  const value = number(dataSet, 0x00280120);
  if (value === undefined) return () => false;
  const limit = number(dataSet, 0x00280121) ?? value;
  const [from, to] = [Math.min(value, limit), Math.max(value, limit)];
  return (stored) => stored >= from && stored <= to;
}

/** A Rescale Slope below zero turns the ends round. */
function ordered(a: number, b: number): { low: number; high: number } {
  return { low: Math.min(a, b), high: Math.max(a, b) };
}
