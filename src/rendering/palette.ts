/** PALETTE COLOR images (PS3.3 sections C.7.6.3.1.5, C.7.6.3.1.6 and C.7.9.2). */
import { bytesOf, type DataSet, numbers } from '../dicom/data-set.ts';
import { ArchiveError } from '../errors.ts';
import type { DecodedFrame } from './decode-frame.ts';
import type { ImageFormat } from './image-format.ts';
import { type LookupTable, lookUp, readLookupTable } from './lookup-table.ts';

/** Three bytes a pixel. @throws ArchiveError NOT_RENDERABLE when the palette is missing or unusable */
export function renderPalette(decoded: DecodedFrame, dataSet: DataSet, format: ImageFormat): Buffer {
  const channels = [0x00281101, 0x00281102, 0x00281103].map((descriptor) => channel(dataSet, descriptor, format));
  const pixels = decoded.width * decoded.height;
  const { samples, bytesPerSample } = decoded;
  if (bytesPerSample > 2) throw new ArchiveError('NOT_RENDERABLE', 'palette indices of more than 16 bits');
  if (samples.length < pixels * bytesPerSample) throw new ArchiveError('PIXEL_DATA_DAMAGED', 'the frame is too short');
  const stored = Math.min(format.bitsStored, 8 * bytesPerSample);
  const mask = 2 ** stored - 1;
  const negative = format.signed ? 2 ** (stored - 1) : Number.POSITIVE_INFINITY;
  const tables = channels.map((table) => asBytes(table, channels, mask, negative));
  const [red, green, blue] = tables as [Uint8Array, Uint8Array, Uint8Array];
  const out = Buffer.allocUnsafe(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const index = (bytesPerSample === 1 ? (samples[i] as number) : samples.readUInt16LE(2 * i)) & mask;
    out[3 * i] = red[index] as number;
    out[3 * i + 1] = green[index] as number;
    out[3 * i + 2] = blue[index] as number;
  }
  return out;
}

function channel(dataSet: DataSet, descriptor: number, format: ImageFormat): LookupTable {
  const table =
    readLookupTable(dataSet, descriptor, descriptor + 0x100, format.signed) ?? segmented(dataSet, descriptor, format);
  if (!table) throw new ArchiveError('NOT_RENDERABLE', 'the palette is missing or unusable');
  return table;
}

/** One byte for every stored value, `negative` and up being those below zero. Palettes declared as 16 bits that use only the low byte occur. */
function asBytes(table: LookupTable, all: readonly LookupTable[], mask: number, negative: number): Uint8Array {
  const lowByteOnly = all.every(({ entries }) => entries.every((entry) => entry < 256));
  const divisor = table.maximum > 255 && !lowByteOnly ? (table.maximum + 1) / 256 : 1;
  return Uint8Array.from({ length: mask + 1 }, (_, bits) => {
    const value = bits >= negative ? bits - mask - 1 : bits;
    return lookUp(table, value) / divisor;
  });
}

/** Segmented Palette Color Lookup Table Data (0028,1221-1223): discrete, linear and indirect segments. */
function segmented(dataSet: DataSet, descriptor: number, format: ImageFormat): LookupTable | undefined {
  const [length = 0, first = 0, bits = 16] = numbers(dataSet, descriptor);
  const data = bytesOf(dataSet, descriptor + 0x120);
  if (!data) return undefined;
  const words: number[] = [];
  const step = bits <= 8 ? 1 : 2;
  for (let i = 0; i + step <= data.length; i += step)
    words.push(step === 1 ? (data[i] as number) : data.readUInt16LE(i));
  const entries: number[] = [];
  expand(words, 0, Number.POSITIVE_INFINITY, entries, length === 0 ? 65_536 : length, 0);
  const start = format.signed ? (first << 16) >> 16 : first;
  return entries.length > 0 ? { first: start, entries: Uint16Array.from(entries), maximum: 2 ** bits - 1 } : undefined;
}

function expand(words: number[], from: number, segments: number, into: number[], limit: number, depth: number): void {
  let at = from;
  for (let n = 0; n < segments && at + 1 < words.length && into.length < limit; n++) {
    const opcode = words[at] as number;
    const count = words[at + 1] as number;
    at += 2;
    if (opcode === 0) {
      into.push(...words.slice(at, at + Math.min(count, limit - into.length)));
      at += count;
    } else if (opcode === 1) {
      const before = into.at(-1) ?? 0;
      const target = words[at++] as number;
      for (let i = 1; i <= count && into.length < limit; i++)
        into.push(before + Math.round(((target - before) * i) / count));
    } else if (opcode === 2 && depth === 0) {
      const offset = (words[at] as number) + (words[at + 1] as number) * 65_536;
      at += 2;
      expand(words, offset, count, into, limit, depth + 1);
    } else return;
  }
}
