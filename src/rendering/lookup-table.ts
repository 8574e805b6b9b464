/** Lookup tables of data sets: Modality, VOI and palette (PS3.3 sections C.11.1, C.11.2 and C.7.6.3.1.5-6). */
import { bytesOf, type DataSet, numbers } from '../dicom/data-set.ts';

export interface LookupTable {
  /** Input value that the first entry is for. */
  readonly first: number;
  readonly entries: Uint16Array;
  /** Largest value that an entry can have. */
  readonly maximum: number;
}

/** Reads descriptor and data; `signed` says how the second number of the descriptor is meant. Undefined when unusable. */
export function readLookupTable(
  dataSet: DataSet,
  descriptorTag: number,
  dataTag: number,
  signed: boolean,
): LookupTable | undefined {
  const [length = 0, first = 0, bits = 0] = numbers(dataSet, descriptorTag);
  const data = bytesOf(dataSet, dataTag);
  const count = length === 0 ? 65_536 : length & 0xffff;
  if (!data || bits < 1 || bits > 16) return undefined;
  const entries = readEntries(data, count, dataSet.littleEndian);
  if (entries.length === 0) return undefined;
  return { first: signed ? (first << 16) >> 16 : first & 0xffff, entries, maximum: 2 ** bits - 1 };
}

/** Words, or bytes where there is one for each entry. */
function readEntries(data: Buffer, count: number, littleEndian: boolean): Uint16Array {
  if (data.length < 2 * count && data.length >= count) return Uint16Array.from(data.subarray(0, count));
  const entries = new Uint16Array(Math.min(count, Math.floor(data.length / 2)));
  for (let i = 0; i < entries.length; i++)
    entries[i] = littleEndian ? data.readUInt16LE(2 * i) : data.readUInt16BE(2 * i);
  return entries;
}

/** Entry for an input value; values outside take the first or last entry. */
export function lookUp(table: LookupTable, value: number): number {
  const index = Math.min(table.entries.length - 1, Math.max(0, Math.round(value) - table.first));
  return table.entries[index] ?? 0;
}
