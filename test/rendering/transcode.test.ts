/** Instances in other transfer syntaxes: no value may change, whatever the way. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf, type DataSet, text } from '../../src/dicom/data-set.ts';
import { encodeFileMeta, readPart10Head } from '../../src/dicom/part10.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from '../../src/dicom/transfer-syntaxes.ts';
import { makeFrameTable } from '../../src/rendering/frame-table.ts';
import { readHeader } from '../../src/rendering/header.ts';
import { withSource } from '../../src/rendering/instance-source.ts';
import type { InstanceFile } from '../../src/rendering/jobs.ts';
import { COMPRESSIBLE_TO } from '../../src/rendering/lossless-syntaxes.ts';
import { transcodeFrame, turnedRange } from '../../src/rendering/transcode-frame.ts';
import { makeTranscodePlan } from '../../src/rendering/transcode-plan.ts';
import { Transcoding } from '../../src/rendering/transcoding.ts';
import { dcmtkTool } from '../support/dcmtk.ts';
import { freshFolder } from '../support/folders.ts';
import { sharedFiles, sharedPath } from '../support/shared-dicom.ts';
import { makeInstance } from '../support/synthetic.ts';
import { fileOf, imageFile } from './instance-file.ts';

const PIXEL_DATA = 0x7fe00010;
const RLE = '1.2.840.10008.1.2.5';
const folder = freshFolder();
let made = 0;

/** The data set in another transfer syntax, with the workers' jobs run here. */
async function transcode(file: InstanceFile, syntaxUid: string): Promise<Buffer> {
  const transcoding = await Transcoding.of(await makeTranscodePlan(file, syntaxUid), {
    file,
    syntaxUid,
    frameTable: async () => withSource(file, (source) => makeFrameTable(source, readHeader(source))),
    frame: transcodeFrame,
    turned: async (start, end, unit) => turnedRange(file, start, end, unit),
    stored: async (start, end, sink) => void (await sink(withSource(file, (source) => source.read(start, end)))),
  });
  const pieces: Buffer[] = [];
  await transcoding.read((piece) => void pieces.push(Buffer.from(piece)));
  const bytes = Buffer.concat(pieces);
  expect(bytes.length).toBe(transcoding.length);
  return bytes;
}

function saved(dataSet: Buffer, transferSyntaxUid: string): InstanceFile {
  const path = join(folder, `${++made}.dcm`);
  const meta = encodeFileMeta({ sopClassUid: '1.2.840.10008.5.1.4.1.1.7', sopInstanceUid: '1.2.3', transferSyntaxUid });
  writeFileSync(path, Buffer.concat([meta, dataSet]));
  return { path, dataSetOffset: meta.length, dataSetLength: dataSet.length, transferSyntaxUid };
}

function stored(path: string): InstanceFile {
  const bytes = readFileSync(path);
  const { dataSetOffset = 0, transferSyntaxUid = '' } = readPart10Head(bytes) ?? {};
  return { path, dataSetOffset, dataSetLength: bytes.length - dataSetOffset, transferSyntaxUid };
}

const dataSetOf = (file: InstanceFile): DataSet =>
  readDataSet(readFileSync(file.path).subarray(file.dataSetOffset), file.transferSyntaxUid);

function noise(length: number, mask = 0xff): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 12345;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = (state >>> 16) & (i % 2 === 1 ? mask : 0xff);
  }
  return bytes;
}

const SHAPES: [string, Parameters<typeof imageFile>[0], Buffer][] = [
  [
    '12 bits',
    { rows: 31, columns: 17, bits: 16, attributes: { BitsStored: 12, HighBit: 11 } },
    noise(31 * 17 * 2, 0x0f),
  ],
  ['8 bits, odd', { rows: 5, columns: 7, bits: 8 }, noise(35)],
  [
    'signed',
    { rows: 29, columns: 38, bits: 16, attributes: { BitsStored: 16, HighBit: 15, PixelRepresentation: 1 } },
    noise(2204),
  ],
  ['3 frames', { rows: 26, columns: 25, bits: 16, frames: 3 }, noise(3900, 0x0f)],
  ['colour', { rows: 9, columns: 8, bits: 8, samples: 3 }, noise(216)],
];

describe.each(SHAPES)('%s', (_name, options, pixels) => {
  it.each(COMPRESSIBLE_TO)('comes back from %s without a changed bit', async (syntaxUid) => {
    const file = imageFile({ ...options, transferSyntaxUid: EXPLICIT_LE }, pixels);
    const compressed = saved(await transcode(file, syntaxUid), syntaxUid);
    expect(dataSetOf(compressed).elements.get(PIXEL_DATA)?.fragments?.length).toBe(1 + (options?.frames ?? 1));
    const back = saved(await transcode(compressed, EXPLICIT_LE), EXPLICIT_LE);
    expect(bytesOf(dataSetOf(back), PIXEL_DATA)?.subarray(0, pixels.length).equals(pixels)).toBe(true);
    expect(text(dataSetOf(back), 0x00280004)).toBe(text(dataSetOf(file), 0x00280004));
  });

  it.each([IMPLICIT_LE, EXPLICIT_BE])('comes back from %s byte for byte', async (syntaxUid) => {
    const file = imageFile({ ...options, transferSyntaxUid: EXPLICIT_LE }, pixels);
    const other = saved(await transcode(file, syntaxUid), syntaxUid);
    const back = saved(await transcode(other, EXPLICIT_LE), EXPLICIT_LE);
    expect(bytesOf(dataSetOf(back), PIXEL_DATA)?.subarray(0, pixels.length).equals(pixels)).toBe(true);
    expect([...dataSetOf(back).elements.keys()]).toEqual([...dataSetOf(file).elements.keys()]);
  });
});

describe('what changes with the pixels', () => {
  it('is nothing but the encoding where they stay as they are', async () => {
    const instance = makeInstance({
      patientName: 'Hong^Gildong=洪^吉洞=홍^길동',
      bits: 16,
      transferSyntaxUid: EXPLICIT_LE,
    });
    const implicit = saved(await transcode(fileOf(instance), IMPLICIT_LE), IMPLICIT_LE);
    expect((await transcode(implicit, EXPLICIT_LE)).equals(instance.dataSet)).toBe(true);
  });

  it('drops the table of the stored fragments, and a deflated data set comes out whole', async () => {
    const attributes = { '7FE00001': { vr: 'OV', InlineBinary: Buffer.alloc(8).toString('base64') } };
    const file = imageFile({ rows: 4, columns: 4, bits: 8, attributes }, noise(16));
    const compressed = saved(await transcode(file, RLE), RLE);
    expect(dataSetOf(compressed).elements.has(0x7fe00001)).toBe(false);
    const deflated = makeInstance({ transferSyntaxUid: '1.2.840.10008.1.2.1.99' });
    const whole = dataSetOf(saved(await transcode(fileOf(deflated), EXPLICIT_LE), EXPLICIT_LE));
    expect(text(whole, 0x00080018)).toBe(deflated.sopInstanceUid);
  });

  it.each(['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.1.99', '1.2.3'])(
    'is never made lossy or private: %s',
    async (uid) => {
      await expect(makeTranscodePlan(imageFile({}, noise(512)), uid)).rejects.toMatchObject({ code: 'NOT_RENDERABLE' });
    },
  );

  it('is refused where values exceed Bits Stored, which an encoder would cut', async () => {
    const attributes = { BitsStored: 12, HighBit: 11 };
    const file = imageFile({ rows: 9, columns: 9, bits: 16, attributes }, noise(162));
    await expect(makeTranscodePlan(file, '1.2.840.10008.1.2.4.90')).rejects.toMatchObject({ code: 'NOT_RENDERABLE' });
  });

  it('is refused for a damaged frame and for a video', async () => {
    const broken = makeInstance({ transferSyntaxUid: RLE, encodedFrames: [Buffer.alloc(10)] });
    await expect(transcode(fileOf(broken), EXPLICIT_LE)).rejects.toMatchObject({ code: 'PIXEL_DATA_DAMAGED' });
    const video = makeInstance({ transferSyntaxUid: '1.2.840.10008.1.2.4.102' });
    await expect(transcode(fileOf(video), EXPLICIT_LE)).rejects.toMatchObject({ code: 'NOT_RENDERABLE' });
  });
});

/** File → the program of DCMTK that decodes it; JPEG 2000 is left to GDCM. */
const DECODED: Record<string, string> = {
  'cr/RG3_JLSL.dcm': 'dcmdjpls',
  'cr/RG3_JPLL.dcm': 'dcmdjpeg',
  'cr/RG3_RLE.dcm': 'dcmdrle',
  'ct/CT1_JLSL.dcm': 'dcmdjpls',
  'ct/CT1_RLE.dcm': 'dcmdrle',
  'ct/CT0012.fragmented_no_bot_jpeg_lossless.57.dcm': 'dcmdjpeg',
  'ct/CT0012.fragmented_no_bot_jpeg_ls.81.dcm': 'dcmdjpls',
  'mr/emri_small_RLE.dcm': 'dcmdrle',
  'mr/MR_small_bigendian.dcm': 'dcmconv',
  'ts/ctimage-1.2.840.10008.1.2.1.99.dcm': 'dcmconv',
  'ts/ctimage-1.2.840.10008.1.2.dcm': 'dcmconv',
};

const ready = sharedFiles() !== undefined && dcmtkTool('dcmdjpeg') !== undefined;

describe.skipIf(!ready)('pixels decoded by us and by DCMTK', () => {
  it.each(Object.entries(DECODED))('are the same in %s', async (name, tool) => {
    const path = sharedPath(name);
    expect(existsSync(path), 'the set holds the file').toBe(true);
    const theirs = join(folder, `theirs-${++made}.dcm`);
    execFileSync(tool, [...(tool === 'dcmconv' ? ['+te'] : []), path, theirs], { stdio: 'ignore' });
    const ours = saved(await transcode(stored(path), EXPLICIT_LE), EXPLICIT_LE);
    const [left, right] = [dataSetOf(ours), dataSetOf(stored(theirs))].map((dataSet) => bytesOf(dataSet, PIXEL_DATA));
    expect(left?.equals(right as Buffer)).toBe(true);
    execFileSync(dcmtkTool('dcmdump') as string, ['-q', ours.path], { stdio: 'ignore' });
  });

  it.each([
    ['1.2.840.10008.1.2.4.70', 'dcmdjpeg'],
    ['1.2.840.10008.1.2.4.80', 'dcmdjpls'],
    [RLE, 'dcmdrle'],
  ])('are the same when we compress to %s and %s decodes', async (syntaxUid, tool) => {
    const file = stored(sharedPath('ct/CT_small.dcm'));
    const compressed = saved(await transcode(file, syntaxUid), syntaxUid);
    const theirs = join(folder, `theirs-${++made}.dcm`);
    execFileSync(tool, [compressed.path, theirs], { stdio: 'ignore' });
    const [left, right] = [dataSetOf(file), dataSetOf(stored(theirs))].map((dataSet) => bytesOf(dataSet, PIXEL_DATA));
    expect(left?.equals(right as Buffer)).toBe(true);
  });

  it('every image of the set is sent uncompressed, or refused with a reason', async () => {
    const refused: Record<string, string> = {};
    let sent = 0;
    for (const { file } of sharedFiles() ?? []) {
      const one = stored(sharedPath(file));
      try {
        const bytes = await transcode(one, EXPLICIT_LE);
        readDataSet(bytes, EXPLICIT_LE);
        sent++;
      } catch (error) {
        const { code = 'none', detail = '' } = error as { code?: string; detail?: string };
        refused[file] = `${code} ${detail || (error as Error).message}`;
      }
    }
    expect(
      Object.values(refused).filter((reason) => !/^(NOT_RENDERABLE|PIXEL_DATA_DAMAGED|DATA_SET_DAMAGED) /.test(reason)),
    ).toEqual([]);
    expect(sent).toBeGreaterThan(250);
    if (process.env.TRANSCODE_REPORT) console.info(sent, refused);
  }, 300_000);
});
