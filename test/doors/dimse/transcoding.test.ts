/** Retrievals by receivers that do not take the stored transfer syntax. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bytesOf } from '../../../src/dicom/data-set.ts';
import { readDataSet } from '../../../src/dicom/read-data-set.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { EXPLICIT, IMPLICIT, identifier, readImplicit, STUDY_ROOT_GET } from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';
import { type Instance, makeInstance } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const RLE = '1.2.840.10008.1.2.5';
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';
const VIDEO = '1.2.840.10008.1.2.4.102';

let appliance: TestAppliance;
let native: Instance;
let compressed: Instance;
let broken: Instance;
let video: Instance;

/** One literal run of the 16 pixels of a 4 × 4 image (PS3.5 Annex G). */
function rleFrame(pixels: Buffer): Buffer {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(1, 0);
  header.writeUInt32LE(64, 4);
  return Buffer.concat([header, Buffer.from([pixels.length - 1]), pixels, Buffer.from([0x80])]);
}

const PIXELS = Buffer.from(Array.from({ length: 16 }, (_, i) => i * 15));

beforeAll(async () => {
  appliance = await startTestAppliance();
  const small = { rows: 4, columns: 4, bits: 8 } as const;
  native = makeInstance({ ...small, transferSyntaxUid: EXPLICIT });
  const of = { studyInstanceUid: native.studyInstanceUid };
  compressed = makeInstance({ ...small, ...of, transferSyntaxUid: RLE, encodedFrames: [rleFrame(PIXELS)] });
  broken = makeInstance({ ...small, ...of, transferSyntaxUid: RLE, encodedFrames: [Buffer.alloc(66)] });
  video = makeInstance({ ...small, ...of, transferSyntaxUid: VIDEO });
  const contexts = [EXPLICIT, RLE, VIDEO].map((syntax): [string, string[]] => [SC, [syntax]]);
  for (const [at, instances] of [[native], [compressed, broken], [video]].entries()) {
    const client = await DimseClient.associate({
      port: appliance.dicomPort,
      callingAe: 'MODALITY',
      contexts: [contexts[at] as [string, string[]]],
    });
    for (const instance of instances) await client.store(instance);
    await client.release();
  }
});

afterAll(() => appliance.dispose());

async function get(takes: string) {
  const client = await DimseClient.associate({
    port: appliance.dicomPort,
    callingAe: 'VIEWER',
    roles: [[SC, 0, 1]],
    contexts: [
      [SC, [takes]],
      [STUDY_ROOT_GET, [IMPLICIT]],
    ],
  });
  const result = await client.get(identifier({ '00080052': 'STUDY', '0020000D': native.studyInstanceUid }));
  await client.release();
  return result;
}

it.each([IMPLICIT, EXPLICIT])('are sent in %s, and what cannot be is counted as failed with its UID', async (takes) => {
  const result = await get(takes);
  const received = new Map(result.instances.map(({ sopInstanceUid, dataSet }) => [sopInstanceUid, dataSet]));
  expect([...received.keys()].sort()).toEqual([native.sopInstanceUid, compressed.sopInstanceUid].sort());
  const pixels = bytesOf(readDataSet(received.get(compressed.sopInstanceUid) as Buffer, takes), 0x7fe00010);
  expect(pixels?.equals(PIXELS)).toBe(true);
  expect(result.status).toBe(0xb000);
  const failed = readImplicit(result.final.dataSet as Buffer)
    ['00080058']?.toString('latin1')
    .replace(/\0$/, '');
  expect(failed?.split('\\').sort()).toEqual([broken.sopInstanceUid, video.sopInstanceUid].sort());
});

it('are compressed without loss for those who take nothing else', async () => {
  const result = await get(JPEG_LOSSLESS);
  const uids = result.instances.map(({ sopInstanceUid }) => sopInstanceUid).sort();
  expect(uids).toEqual([native.sopInstanceUid, compressed.sopInstanceUid].sort());
  for (const { dataSet } of result.instances) {
    const element = readDataSet(dataSet, JPEG_LOSSLESS).elements.get(0x7fe00010);
    expect(element?.fragments?.length).toBe(2);
  }
});
