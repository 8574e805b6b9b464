import { describe, expect, it } from 'vitest';
import { decodeRle } from '../../src/rendering/rle.ts';
import type { InstanceOptions } from '../support/synthetic.ts';
import { imageFile, renderedValues } from './instance-file.ts';

function words(...values: number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

function grey(values: number[], attributes: Record<string, unknown> = {}): ReturnType<typeof imageFile> {
  const options: InstanceOptions = { rows: 1, columns: values.length, bits: 16, attributes };
  return imageFile(options, words(...values));
}

const wordsInline = (...values: number[]) => ({ vr: 'OW', InlineBinary: words(...values).toString('base64') });

describe('rendering grey', () => {
  it('uses the first window of the file', async () => {
    const file = grey([0, 1000, 1500, 2000, 4095], { WindowCenter: ['1500.5', '1'], WindowWidth: ['1001', '1'] });
    expect(await renderedValues(file)).toEqual([0, 0, 128, 255, 255]);
  });

  it('shows MONOCHROME1 the other way round', async () => {
    const window = { WindowCenter: '1500.5', WindowWidth: '1001' };
    const file = grey([0, 1000, 2000, 4095], { ...window, PhotometricInterpretation: 'MONOCHROME1' });
    expect(await renderedValues(file)).toEqual([255, 255, 0, 0]);
  });

  it('applies slope and intercept before the window, and the window of the request before that of the file', async () => {
    const attributes = { RescaleSlope: '2', RescaleIntercept: '-1024', WindowCenter: '40', WindowWidth: '400' };
    const file = grey([0, 512, 1024], attributes);
    const window = { center: 0.5, width: 2049, shape: 'LINEAR' };
    expect(await renderedValues(file, 1, window)).toEqual([0, 128, 255]);
  });

  it('knows signed values and ignores bits above Bits Stored', async () => {
    const attributes = { PixelRepresentation: 1, BitsStored: 12, HighBit: 11, WindowCenter: '0.5', WindowWidth: '3' };
    // 0xF000 of the second value lies above the stored bits.
    expect(await renderedValues(grey([0x0fff, 0xf000, 0x0001], attributes))).toEqual([0, 128, 255]);
  });

  it('uses a VOI LUT and a Modality LUT', async () => {
    const lut = (tag: string, ...entries: number[]) => ({
      [tag]: {
        vr: 'SQ',
        Value: [{ '00283002': { vr: 'US', Value: [entries.length, 10, 8] }, '00283006': wordsInline(...entries) }],
      },
    });
    expect(await renderedValues(grey([0, 10, 11, 12, 99], lut('00283010', 0, 100, 255)))).toEqual([
      0, 0, 100, 255, 255,
    ]);
    const both = { ...lut('00283000', 10, 11, 12), ...lut('00283010', 0, 100, 255) };
    expect(await renderedValues(grey([10, 11, 12], both))).toEqual([0, 100, 255]);
  });

  it('stretches between the smallest and largest value that is no padding when nothing is proposed', async () => {
    expect(await renderedValues(grey([4000, 100, 200, 300], { PixelPaddingValue: 4000 }))).toEqual([255, 0, 128, 255]);
  });

  it('does not stumble over a window of width 0', async () => {
    expect(await renderedValues(grey([100, 200], { WindowCenter: '0', WindowWidth: '0' }))).toEqual([0, 255]);
  });

  it('knows the shapes of windows', async () => {
    const file = grey([0, 500, 1000]);
    expect(await renderedValues(file, 1, { center: 500, width: 1000, shape: 'LINEAR_EXACT' })).toEqual([0, 128, 255]);
    const [low = 0, middle, high = 0] = await renderedValues(file, 1, { center: 500, width: 1000, shape: 'SIGMOID' });
    expect([middle, low + high]).toEqual([128, 255]);
  });

  it('shows single bits as black and white', async () => {
    const file = imageFile({ rows: 1, columns: 4, bits: 1 }, Buffer.from([0b0101]));
    expect(await renderedValues(file)).toEqual([255, 0, 255, 0]);
  });

  it('paints overlays white', async () => {
    const overlay = {
      '60000010': { vr: 'US', Value: [1] },
      '60000011': { vr: 'US', Value: [2] },
      '60000050': { vr: 'SS', Value: [1, 2] },
      '60003000': { vr: 'OW', InlineBinary: Buffer.from([0b10, 0]).toString('base64') },
    };
    const file = imageFile({ rows: 1, columns: 4, attributes: overlay }, Buffer.from([1, 2, 3, 4]));
    expect(await renderedValues(file)).toEqual([1, 2, 255, 4]);
  });
});

describe('rendering colour', () => {
  const red = [255, 0, 0];

  it('shows RGB, interleaved and by planes', async () => {
    const options = { rows: 1, columns: 2, samples: 3 as const };
    expect(await renderedValues(imageFile(options, Buffer.from([1, 2, 3, 4, 5, 6])))).toEqual([1, 2, 3, 4, 5, 6]);
    const planar = { ...options, attributes: { PlanarConfiguration: 1 } };
    expect(await renderedValues(imageFile(planar, Buffer.from([1, 4, 2, 5, 3, 6])))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('turns YBR_FULL and YBR_FULL_422 into RGB', async () => {
    const options = (photometric: string) => ({
      rows: 1,
      columns: 2,
      samples: 3 as const,
      attributes: { PhotometricInterpretation: photometric },
    });
    const full = await renderedValues(imageFile(options('YBR_FULL'), Buffer.from([76, 85, 255, 76, 85, 255])));
    const half = await renderedValues(imageFile(options('YBR_FULL_422'), Buffer.from([76, 76, 85, 255])));
    for (const values of [full, half]) {
      for (const [index, value] of values.entries()) expect(Math.abs(value - (red[index % 3] ?? 0))).toBeLessThan(3);
    }
  });

  it('looks colours up in a palette', async () => {
    const attributes = {
      PhotometricInterpretation: 'PALETTE COLOR',
      ...Object.fromEntries(['1101', '1102', '1103'].map((tag) => [`0028${tag}`, { vr: 'US', Value: [2, 0, 16] }])),
      '00281201': wordsInline(0xff00, 0),
      '00281202': wordsInline(0, 0x8000),
      '00281203': wordsInline(0, 0xff00),
    };
    const file = imageFile({ rows: 1, columns: 2, attributes }, Buffer.from([0, 1]));
    expect(await renderedValues(file)).toEqual([255, 0, 0, 0, 128, 255]);
  });
});

describe('RLE', () => {
  const header = (...offsets: number[]) => {
    const bytes = Buffer.alloc(64);
    for (const [index, value] of [offsets.length, ...offsets].entries()) bytes.writeUInt32LE(value, index * 4);
    return bytes;
  };

  it('joins byte planes, most significant first', () => {
    const frame = Buffer.concat([header(64, 68), Buffer.from([0xfd, 1, 0, 0]), Buffer.from([3, 10, 20, 30, 40])]);
    expect([...decodeRle(frame, 4, 1, 2)]).toEqual([10, 1, 20, 1, 30, 1, 40, 1]);
  });

  it.each([
    ['too short', Buffer.alloc(10)],
    ['with a wrong number of segments', header(64)],
    ['with a segment outside', header(64, 5000)],
    ['with a segment before the header', header(0, 64)],
  ])('refuses a frame %s', (_name, frame) => {
    expect(() => decodeRle(frame, 4, 1, 2)).toThrow(/damaged/);
  });
});
