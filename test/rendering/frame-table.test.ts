import { describe, expect, it } from 'vitest';
import { EXPLICIT_BE } from '../../src/dicom/transfer-syntaxes.ts';
import { type FrameTable, makeFrameTable, rangesOfFrame } from '../../src/rendering/frame-table.ts';
import { readHeader } from '../../src/rendering/header.ts';
import { withSource } from '../../src/rendering/instance-source.ts';
import { type InstanceOptions, makeInstance } from '../support/synthetic.ts';
import { fileOf } from './instance-file.ts';

const JPEG = '1.2.840.10008.1.2.4.50';
const RLE = '1.2.840.10008.1.2.5';

function item(bytes: Buffer): Buffer {
  const header = Buffer.from('feff00e000000000', 'hex');
  header.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

const END = Buffer.from('feffdde000000000', 'hex');

/** Replaces the items of the pixel data by others. */
function withItems(options: InstanceOptions, table: Buffer, fragments: readonly Buffer[]) {
  const instance = makeInstance({ transferSyntaxUid: JPEG, basicOffsetTable: false, ...options });
  const start = instance.dataSet.indexOf(Buffer.from('e07f10004f420000ffffffff', 'hex')) + 12;
  const dataSet = Buffer.concat([instance.dataSet.subarray(0, start), item(table), ...fragments.map(item), END]);
  const meta = instance.file.subarray(0, instance.file.length - instance.dataSet.length);
  return { ...instance, dataSet, file: Buffer.concat([meta, dataSet]) };
}

function frames(instance: ReturnType<typeof makeInstance>): { table: FrameTable; bytes: string[] } {
  const file = fileOf(instance);
  const table = withSource(file, (source) => makeFrameTable(source, readHeader(source)));
  const bytes = Array.from({ length: table.frameCount }, (_, index) => {
    const ranges = rangesOfFrame(table, index + 1, file.dataSetLength) ?? [];
    return ranges.map(([start, end]) => instance.dataSet.subarray(start, end).toString('hex')).join('+');
  });
  return { table, bytes };
}

const SOI = (mark: string) => Buffer.from(`ffd8ff${mark}`, 'hex');
const MORE = (mark: string) => Buffer.from(`000000${mark}`, 'hex');

function offsets(...values: number[]): Buffer {
  const table = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) table.writeUInt32LE(value, index * 4);
  return table;
}

describe('the frame table of encapsulated pixel data', () => {
  it('follows a Basic Offset Table, also when frames span fragments', () => {
    const fragments = [SOI('01'), MORE('02'), SOI('03'), MORE('04'), MORE('05')];
    const { bytes } = frames(withItems({ frames: 2 }, offsets(0, 24), fragments));
    expect(bytes).toEqual(['ffd8ff01+00000002', 'ffd8ff03+00000004+00000005']);
  });

  it('follows an Extended Offset Table and its lengths without padding', () => {
    const long = (values: number[]) => {
      const bytes = Buffer.alloc(values.length * 8);
      for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), index * 8);
      return { vr: 'OV', InlineBinary: bytes.toString('base64') };
    };
    const attributes = { '7FE00001': long([0, 12]), '7FE00002': long([3, 4]) };
    const { bytes } = frames(withItems({ frames: 2, attributes }, Buffer.alloc(0), [SOI('00'), SOI('02')]));
    expect(bytes).toEqual(['ffd8ff', 'ffd8ff02']);
  });

  it('takes one fragment for a frame, all of them for a single frame', () => {
    const fragments = [SOI('01'), SOI('02'), SOI('03')];
    expect(frames(withItems({ frames: 3 }, Buffer.alloc(0), fragments)).bytes.length).toBe(3);
    expect(frames(withItems({}, Buffer.alloc(0), fragments)).bytes).toEqual(['ffd8ff01+ffd8ff02+ffd8ff03']);
  });

  it('tells frames apart by their first bytes when there is no table', () => {
    const fragments = [SOI('01'), MORE('02'), SOI('03')];
    expect(frames(withItems({ frames: 2 }, Buffer.alloc(0), fragments)).bytes).toEqual([
      'ffd8ff01+00000002',
      'ffd8ff03',
    ]);
  });

  it('does not believe a table that points nowhere', () => {
    expect(frames(withItems({ frames: 2 }, offsets(0, 5), [SOI('01'), SOI('02')])).bytes).toEqual([
      'ffd8ff01',
      'ffd8ff02',
    ]);
    expect(frames(withItems({ frames: 2 }, offsets(12, 0), [SOI('01'), SOI('02')])).bytes.length).toBe(2);
  });

  it.each([
    ['frames cannot be told apart', { frames: 2, transferSyntaxUid: RLE }, [MORE('1'), MORE('2'), MORE('3')].map(even)],
    ['there is no fragment', { frames: 1 }, []],
  ])('says so when %s', (_name, options, fragments) => {
    expect(() => frames(withItems(options, Buffer.alloc(0), fragments))).toThrow(
      /pixel data of this image is damaged/i,
    );
  });

  it('gives the frames before the place where a file was cut', () => {
    const whole = withItems({ frames: 3 }, Buffer.alloc(0), [SOI('01'), SOI('02'), SOI('03')]);
    const cut = { ...whole, dataSet: whole.dataSet.subarray(0, -10), file: whole.file.subarray(0, -10) };
    const file = fileOf(cut);
    const table = withSource(file, (source) => makeFrameTable(source, readHeader(source)));
    expect(rangesOfFrame(table, 2, file.dataSetLength)?.length).toBe(1);
    expect(() => rangesOfFrame(table, 3, file.dataSetLength)).toThrow(/damaged/);
  });
});

function even(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]);
}

describe('the frame table of native pixel data', () => {
  it.each([
    [{ rows: 3, columns: 5, bits: 8 as const, frames: 2 }, 15],
    [{ rows: 3, columns: 5, bits: 16 as const, frames: 2 }, 30],
    [{ rows: 3, columns: 5, samples: 3 as const, frames: 2 }, 45],
    [{ rows: 4, columns: 4, bits: 1 as const, frames: 2 }, 2],
  ])('counts the bytes of %j', (options, length) => {
    const { table } = frames(makeInstance(options));
    expect(table.layout).toMatchObject({ kind: 'native', frameLength: length });
  });

  it('knows that YBR_FULL_422 has two bytes a pixel, unless the data say otherwise', () => {
    const options = {
      rows: 4,
      columns: 4,
      samples: 3 as const,
      attributes: { PhotometricInterpretation: 'YBR_FULL_422' },
    };
    expect(frames(makeInstance({ ...options, pixelBytes: 32 })).table.layout).toMatchObject({ frameLength: 32 });
    expect(frames(makeInstance({ ...options, pixelBytes: 48 })).table.layout).toMatchObject({ frameLength: 48 });
  });

  it('leaves packed bits and swapped words to a worker', () => {
    expect(frames(makeInstance({ rows: 3, columns: 3, bits: 1, frames: 2 })).table.layout.kind).toBe('made');
    expect(frames(makeInstance({ bits: 16, transferSyntaxUid: EXPLICIT_BE })).table.layout.kind).toBe('made');
  });
});
