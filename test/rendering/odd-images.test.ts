/** Made images with what files seldom have, rendered by us and by DCMTK. */
import { describe, expect, it } from 'vitest';
import { EXPLICIT_BE, IMPLICIT_LE } from '../../src/dicom/transfer-syntaxes.ts';
import type { InstanceFile } from '../../src/rendering/jobs.ts';
import type { InstanceOptions } from '../support/synthetic.ts';
import { differenceFromDcmtk, hasDcmtk, type Shown } from './dcmtk-picture.ts';
import { imageFile } from './instance-file.ts';

const SIDE = 16;
const COUNT = SIDE * SIDE;
const PALETTE = ['1101', '1102', '1103'];

type Values = (pixel: number) => number;
interface Case {
  readonly options?: InstanceOptions;
  readonly attributes?: Record<string, unknown>;
  readonly pixels: Buffer;
  readonly dcmtk?: readonly string[];
  readonly frame?: number;
}

const bytes = (values: Values, count = COUNT) =>
  Buffer.from(Array.from({ length: count }, (_, at) => values(at) & 0xff));
const words = (values: Values, count = COUNT) => {
  return Buffer.from(Uint16Array.from({ length: count }, (_, at) => values(at)).buffer);
};
const longs = (values: Values, count = COUNT) => {
  return Buffer.from(Uint32Array.from({ length: count }, (_, at) => values(at)).buffer);
};
/** 0 … 4095 over the image. */
const ramp: Values = (at) => at * 16;
const us = (...Value: number[]) => ({ vr: 'US', Value });
const ss = (...Value: number[]) => ({ vr: 'SS', Value });
const ow = (data: Buffer) => ({ vr: 'OW', InlineBinary: data.toString('base64') });
const sq = (...Value: object[]) => ({ vr: 'SQ', Value });
const ds = (...Value: number[]) => ({ vr: 'DS', Value });

const window = (center: number, width: number, shape?: string) => ({
  WindowCenter: String(center),
  WindowWidth: String(width),
  ...(shape && { '00281056': { vr: 'CS', Value: [shape] } }),
});
/** A table of `entries` from 0 to the largest value of `bits`, as a square root: no straight line. */
const curve = (entries: number, bits: number) =>
  words((at) => Math.round((2 ** bits - 1) * Math.sqrt(at / (entries - 1))), entries);
const voiLut = (descriptor: object, entries: number, bits: number) => ({
  '00283010': sq({ '00283002': descriptor, '00283006': ow(curve(entries, bits)) }),
});
const modalityLut = (first: number, entries: number, bits: number) => ({
  '00283000': sq({
    '00283002': us(entries, first, bits),
    '00283004': { vr: 'LO', Value: ['US'] },
    '00283006': ow(curve(entries, bits)),
  }),
});
const palette = (entries: number, first: object | number, bits: number, table: (channel: number) => Buffer) => ({
  PhotometricInterpretation: 'PALETTE COLOR',
  ...Object.fromEntries(
    PALETTE.map((tag) => [`0028${tag}`, typeof first === 'number' ? us(entries, first, bits) : first]),
  ),
  ...Object.fromEntries(PALETTE.map((_, channel) => [`0028120${channel + 1}`, ow(table(channel))])),
});
const stored = (bitsStored: number, highBit = bitsStored - 1) => ({ BitsStored: bitsStored, HighBit: highBit });
const signed = { PixelRepresentation: 1 };
const colour = (photometric: string, planar = 0) => ({
  PhotometricInterpretation: photometric,
  PlanarConfiguration: planar,
});
const RGB = { samples: 3 as const };
const overlay = (group: string, more: Record<string, unknown>) => ({
  [`${group}0010`]: us(SIDE),
  [`${group}0011`]: us(SIDE),
  [`${group}0040`]: { vr: 'CS', Value: ['G'] },
  [`${group}0050`]: ss(1, 1),
  ...more,
});
const group = (tag: string, item: object) => ({ [tag]: sq(item) });
const rescale = (slope: number, intercept: number) =>
  group('00289145', { '00281052': ds(intercept), '00281053': ds(slope), '00281054': { vr: 'LO', Value: ['US'] } });
const frameWindow = (center: number, width: number) =>
  group('00289132', { '00281050': ds(center), '00281051': ds(width) });

const W = ['+Wi', '1'];
const L = ['+Wl', '1'];

const CASES: Record<string, Case> = {
  'signed 16 bits': {
    options: { bits: 16 },
    attributes: { ...signed, ...stored(16), ...window(0, 30_000) },
    pixels: words((at) => (at - 128) * 200),
    dcmtk: W,
  },
  'signed, with padding, and no window': {
    options: { bits: 16 },
    attributes: { ...signed, ...stored(16), PixelPaddingValue: ss(-2000) },
    pixels: words((at) => (at < 40 ? -2000 : at * 4 - 200)),
    dcmtk: ['+Ww', String((40 * 4 - 200 + 255 * 4 - 200 + 1) / 2), String(215 * 4 + 1)],
  },
  'signed, implicit VR, with padding, and no window': {
    options: { bits: 16, transferSyntaxUid: IMPLICIT_LE },
    attributes: { ...signed, ...stored(16), PixelPaddingValue: ss(-2000) },
    pixels: words((at) => (at < 40 ? -2000 : at * 4 - 200)),
    dcmtk: ['+Ww', String((40 * 4 - 200 + 255 * 4 - 200 + 1) / 2), String(215 * 4 + 1)],
  },
  'padding in a range, and no window': {
    options: { bits: 16 },
    attributes: { ...stored(12), PixelPaddingValue: us(0), '00280121': us(300) },
    pixels: words((at) => (at < 40 ? at * 7 : 1000 + at)),
    dcmtk: ['+Ww', '1148', '216'],
  },
  'signed 8 bits': { attributes: { ...signed, ...window(0, 200) }, pixels: bytes((at) => at - 128), dcmtk: W },
  'MONOCHROME1 with a VOI LUT': {
    attributes: { PhotometricInterpretation: 'MONOCHROME1', ...voiLut(us(256, 1000, 8), 256, 8) },
    options: { bits: 16 },
    pixels: words((at) => 900 + at * 2),
    dcmtk: L,
  },
  'a VOI LUT of 12 bits over signed values': {
    options: { bits: 16 },
    attributes: { ...signed, ...stored(16), ...voiLut(ss(512, -256, 12), 512, 12) },
    pixels: words((at) => at * 3 - 400),
    dcmtk: L,
  },
  'a VOI LUT that begins below zero after the rescale of unsigned values': {
    options: { bits: 16 },
    attributes: { RescaleIntercept: '-1024', RescaleSlope: '1', ...voiLut(ss(2048, -1024, 16), 2048, 16) },
    pixels: words((at) => at * 8),
    dcmtk: L,
  },
  'a window of the shape SIGMOID': {
    options: { bits: 16 },
    attributes: window(2000, 1500, 'SIGMOID'),
    pixels: words(ramp),
    dcmtk: [...W, '+Wfs'],
  },
  'MONOCHROME1 with a window of the shape LINEAR_EXACT': {
    options: { bits: 16 },
    attributes: { PhotometricInterpretation: 'MONOCHROME1', ...window(2000, 10, 'LINEAR_EXACT') },
    pixels: words((at) => 1990 + at / 12),
    // DCMTK does not know the shape: the same line as LINEAR.
    dcmtk: ['+Ww', '2000.5', '11'],
  },
  'a Modality LUT with a window': {
    options: { bits: 16 },
    attributes: { ...modalityLut(500, 1024, 16), ...window(30_000, 40_000) },
    pixels: words((at) => 300 + at * 6),
    dcmtk: W,
  },
  'a Modality LUT and a VOI LUT': {
    options: { bits: 16 },
    attributes: { ...modalityLut(0, 4096, 12), ...voiLut(us(4096, 0, 10), 4096, 10) },
    pixels: words(ramp),
    dcmtk: L,
  },
  'rescale with a slope below zero': {
    options: { bits: 16 },
    attributes: { RescaleSlope: '-0.5', RescaleIntercept: '100', ...window(-900, 2000) },
    pixels: words(ramp),
    dcmtk: W,
  },
  'a palette with entries of 16 bits': {
    attributes: palette(256, 0, 16, (channel) => words((at) => (at * 257 * (channel + 1)) & 0xffff, 256)),
    pixels: bytes((at) => at),
  },
  'a palette with entries of 8 bits, two in a word': {
    attributes: palette(256, 0, 8, (channel) => bytes((at) => at * (channel + 1), 256)),
    pixels: bytes((at) => at),
  },
  'a palette that begins at 100, over 16 bits': {
    options: { bits: 16 },
    attributes: palette(200, 100, 16, (channel) => words((at) => (at * 300 * (channel + 1)) & 0xffff, 200)),
    pixels: words((at) => at * 2),
  },
  'a palette that begins below zero, over signed values': {
    options: { bits: 16 },
    attributes: {
      ...palette(256, ss(256, -128, 16), 16, (channel) => words((at) => (at * 250 * (channel + 1)) & 0xffff, 256)),
      ...signed,
      ...stored(16),
    },
    pixels: words((at) => at - 128),
  },
  'bits of a palette index above the stored ones': {
    attributes: {
      ...palette(16, 0, 16, (channel) => words((at) => (at * 4000 * (channel + 1)) & 0xffff, 16)),
      ...stored(4),
    },
    pixels: bytes((at) => at),
  },
  'planes of RGB': { options: RGB, attributes: colour('RGB', 1), pixels: bytes((at) => at * 5, 3 * COUNT) },
  'RGB of 16 bits': {
    options: { ...RGB, bits: 16 },
    attributes: { ...colour('RGB'), ...stored(16) },
    pixels: words((at) => (at * 321) & 0xffff, 3 * COUNT),
  },
  'RGB of 12 in 16 bits, by planes': {
    options: { ...RGB, bits: 16 },
    attributes: colour('RGB', 1),
    pixels: words((at) => (at * 21) & 0xfff, 3 * COUNT),
  },
  YBR_FULL: { options: RGB, attributes: colour('YBR_FULL'), pixels: bytes((at) => 90 + (at % 60), 3 * COUNT) },
  'planes of YBR_FULL': {
    options: RGB,
    attributes: colour('YBR_FULL', 1),
    pixels: bytes((at) => 90 + (at % 60), 3 * COUNT),
  },
  YBR_FULL_422: { options: RGB, attributes: colour('YBR_FULL_422'), pixels: bytes((at) => 90 + (at % 60), 2 * COUNT) },
  YBR_PARTIAL_422: {
    options: RGB,
    attributes: colour('YBR_PARTIAL_422'),
    pixels: bytes((at) => 90 + (at % 60), 2 * COUNT),
  },
  '12 stored bits at the top of 16': {
    options: { bits: 16 },
    attributes: { ...stored(12, 15), ...window(2048, 4096) },
    pixels: words((at) => (ramp(at) << 4) | 5),
    dcmtk: W,
  },
  'signed, 10 stored bits in the middle of 16': {
    options: { bits: 16 },
    attributes: { ...signed, ...stored(10, 11), ...window(0, 1000) },
    pixels: words((at) => (((at * 4 - 512) & 0x3ff) << 2) | 0xf003),
    dcmtk: W,
  },
  '6 stored bits at the top of 8': {
    attributes: { ...stored(6, 7), ...window(32, 64) },
    pixels: bytes((at) => at),
    dcmtk: W,
  },
  '32 bits': {
    options: { bits: 16 },
    attributes: { BitsAllocated: 32, ...stored(32), ...window(2e9, 4e9) },
    pixels: longs((at) => at * 16_000_000),
    dcmtk: W,
  },
  'signed 32 bits': {
    options: { bits: 16 },
    attributes: { ...signed, BitsAllocated: 32, ...stored(32), ...window(0, 2e9) },
    pixels: longs((at) => (at - 128) * 8_000_000),
    dcmtk: W,
  },
  'signed, 20 stored bits in 32, others set above': {
    options: { bits: 16 },
    attributes: { ...signed, BitsAllocated: 32, ...stored(20), ...window(0, 900_000) },
    pixels: longs((at) => (((at - 128) * 4000) & 0xfffff) + 0xab00000),
    dcmtk: W,
  },
  'single bits': { options: { bits: 1 }, pixels: bytes((at) => at * 37, COUNT / 8), dcmtk: ['+Wm'] },
  'single bits, MONOCHROME1': {
    options: { bits: 1 },
    attributes: { PhotometricInterpretation: 'MONOCHROME1' },
    pixels: bytes((at) => at * 37, COUNT / 8),
    dcmtk: ['+Wm'],
  },
  'single bits, the third frame, which begins within a byte': {
    options: { bits: 1, rows: 5, columns: 5, frames: 3 },
    pixels: bytes((at) => at * 37, 10),
    frame: 3,
    dcmtk: ['+Wm'],
  },
  'an overlay': {
    attributes: {
      ...window(128, 256),
      ...overlay('6002', { '60020100': us(1), '60020102': us(0) }),
      '60023000': ow(bytes((at) => at * 11, COUNT / 8)),
    },
    pixels: bytes((at) => at / 2),
    dcmtk: W,
  },
  'an overlay over MONOCHROME1 that lies partly outside': {
    attributes: {
      PhotometricInterpretation: 'MONOCHROME1',
      ...window(128, 256),
      ...overlay('6000', { '60000050': ss(5, -3), '60000100': us(1), '60000102': us(0) }),
      '60003000': ow(bytes((at) => at * 11, COUNT / 8)),
    },
    pixels: bytes((at) => 255 - at / 2),
    dcmtk: W,
  },
  'an overlay in the pixels of 16 bits': {
    options: { bits: 16 },
    attributes: { ...window(2048, 4096), ...overlay('6000', { '60000100': us(16), '60000102': us(13) }) },
    pixels: words((at) => ramp(at) | (at % 7 === 0 ? 0x2000 : 0)),
    dcmtk: W,
  },
  'an overlay in the pixels of 8 bits': {
    attributes: { ...stored(6), ...window(32, 64), ...overlay('6000', { '60000100': us(8), '60000102': us(7) }) },
    pixels: bytes((at) => (at & 63) | (at % 7 === 0 ? 128 : 0)),
    dcmtk: W,
  },
  'big endian, 8 bits in words': {
    options: { transferSyntaxUid: EXPLICIT_BE },
    attributes: window(128, 256),
    pixels: bytes((at) => at),
    dcmtk: W,
  },
  'frames with a window of their own: the shared rescale, the second frame': {
    options: { bits: 16, frames: 2, sopClassUid: '1.2.840.10008.5.1.4.1.1.7.3' },
    attributes: {
      '52009229': sq(rescale(2, -100)),
      '52009230': sq(frameWindow(1000, 500), frameWindow(4000, 6000)),
    },
    pixels: words((at) => ramp(at % COUNT), 2 * COUNT),
    frame: 2,
    dcmtk: ['+Ww', '4000', '6000'],
  },
  'frames with a rescale of their own, the second frame': {
    options: { bits: 16, frames: 2, sopClassUid: '1.2.840.10008.5.1.4.1.1.7.3' },
    attributes: {
      '52009229': sq(frameWindow(2000, 3001)),
      '52009230': sq(rescale(1, 0), rescale(0.5, 1000)),
    },
    pixels: words((at) => ramp(at % COUNT), 2 * COUNT),
    frame: 2,
    dcmtk: ['+Ww', '2000', '6000'],
  },
};

const fileOfCase = ({ options, attributes, pixels }: Case): InstanceFile =>
  imageFile({ rows: SIDE, columns: SIDE, ...options, ...(attributes && { attributes }) }, pixels);

describe.skipIf(!hasDcmtk)('a made image is rendered as DCMTK renders it', () => {
  it.each(Object.keys(CASES))('%s', async (name) => {
    const made = CASES[name] as Case;
    const shown: Shown = { dcmtk: made.dcmtk ?? [] };
    expect(await differenceFromDcmtk(fileOfCase(made), made.frame ?? 1, shown)).toBeLessThanOrEqual(1);
  });
});
