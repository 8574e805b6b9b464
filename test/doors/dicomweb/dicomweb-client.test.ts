/** The whole surface of dicomweb-client, which OHIF is built on, over made images and every storable file of the set. */
import { readFileSync } from 'node:fs';
import { api } from 'dicomweb-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPart10Head } from '../../../src/dicom/part10.ts';
import { type SharedFile, sharedFiles, sharedPath } from '../../support/shared-dicom.ts';
import { makeInstance, makeStudy } from '../../support/synthetic.ts';
import { XmlHttpRequest } from '../../support/xml-http-request.ts';
import { type DicomJsonObject, type DicomWebServer, startDicomWeb } from './dicomweb-server.ts';

/** What the client is asked for and gives back; its own types do not say. */
interface Client {
  storeInstances(options: object): Promise<string>;
  searchForStudies(options?: object): Promise<DicomJsonObject[]>;
  searchForSeries(options?: object): Promise<DicomJsonObject[]>;
  searchForInstances(options?: object): Promise<DicomJsonObject[]>;
  retrieveStudyMetadata(of: object): Promise<DicomJsonObject[]>;
  retrieveSeriesMetadata(of: object): Promise<DicomJsonObject[]>;
  retrieveInstanceMetadata(of: object): Promise<DicomJsonObject[]>;
  retrieveInstance(of: object): Promise<ArrayBuffer>;
  retrieveSeries(of: object): Promise<ArrayBuffer[]>;
  retrieveStudy(of: object): Promise<ArrayBuffer[]>;
  retrieveInstanceFrames(of: object): Promise<ArrayBuffer[]>;
  retrieveBulkData(of: object): Promise<ArrayBuffer[]>;
  retrieveInstanceRendered(of: object): Promise<ArrayBuffer[]>;
  retrieveInstanceThumbnail(of: object): Promise<ArrayBuffer[]>;
  retrieveInstanceFramesRendered(of: object): Promise<ArrayBuffer[]>;
  retrieveInstanceFramesThumbnail(of: object): Promise<ArrayBuffer[]>;
  buildInstanceWadoURIUrl(of: object): string;
}

interface Refusal {
  status?: number;
  response?: unknown;
}

let server: DicomWebServer;
let client: Client;

beforeAll(async () => {
  Object.assign(globalThis, { XMLHttpRequest: XmlHttpRequest });
  server = await startDicomWeb();
  client = new api.DICOMwebClient({ url: server.root, verbose: false } as never) as unknown as Client;
});
afterAll(async () => {
  Reflect.deleteProperty(globalThis, 'XMLHttpRequest');
  await server.close();
});

const ANY_SYNTAX = [{ mediaType: 'application/octet-stream', transferSyntaxUID: '*' }];

/** Bytes of the file as the client wants them. */
function asArrayBuffer(file: Buffer): ArrayBuffer {
  return new Uint8Array(file).buffer;
}

function bulkDataOf(object: DicomJsonObject): string[] {
  return Object.values(object).flatMap((element) => {
    if (element.BulkDataURI) return [element.BulkDataURI];
    return element.vr === 'SQ' ? ((element.Value ?? []) as DicomJsonObject[]).flatMap(bulkDataOf) : [];
  });
}

/** The reason of a refusal; anything but a refusal with a reason is thrown. */
async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { status = 0, response } = error as Refusal;
    const text = response instanceof ArrayBuffer ? Buffer.from(response).toString() : String(response);
    if (status < 400 || status >= 500) throw new Error(`answered ${status}: ${text.slice(0, 300)}`);
    const { code, detail } = JSON.parse(text) as { code: string; detail: string };
    return `${status} ${code} ${detail}`;
  }
}

/** Broken on purpose, a video, or larger than any image. */
const BROKEN = [
  'gen/bomb-deflated-256MB.dcm',
  'gen/encapsulated-cut.dcm',
  'gen/video-h264-mp4.dcm',
  'gen/video-mpeg2.dcm',
  'odd/3gb-bulk-data-truncated.dcm',
  'odd/JPEG2000-embedded-sequence-delimiter.dcm',
  'odd/MR_truncated.dcm',
];

function sizeOf([first]: ArrayBuffer[]): number {
  return first?.byteLength ?? 0;
}

describe('dicomweb-client', () => {
  it('runs its whole surface over a study of ours', async () => {
    const instances = makeStudy(2, 3, { rows: 16, columns: 16, frames: 3, patientName: 'Hong^Gildong==홍^길동' });
    await client.storeInstances({ datasets: instances.map(({ file }) => asArrayBuffer(file)) });
    const [first] = instances;
    if (!first) throw new Error('no instance');
    const study = { studyInstanceUID: first.studyInstanceUid };
    const series = { ...study, seriesInstanceUID: first.seriesInstanceUid };
    const instance = { ...series, sopInstanceUID: first.sopInstanceUid };
    const queryParams = { PatientName: '홍^길동', includefield: 'all', limit: 10, offset: 0, fuzzymatching: true };
    expect((await client.searchForStudies({ queryParams })).length).toBe(1);
    expect((await client.searchForSeries(study)).length).toBe(2);
    expect((await client.searchForInstances(series)).length).toBe(3);
    expect((await client.retrieveStudyMetadata(study)).length).toBe(6);
    expect((await client.retrieveSeriesMetadata(series)).length).toBe(3);
    expect((await client.retrieveInstanceMetadata(instance)).length).toBe(1);
    expect((await client.retrieveStudy(study)).length).toBe(6);
    expect((await client.retrieveSeries(series)).length).toBe(3);
    expect(dataSetOf(await client.retrieveInstance(instance))).toEqual(first.dataSet);
    const frames = await client.retrieveInstanceFrames({ ...instance, frameNumbers: [1, 3] });
    expect(frames.map((frame) => [frame.byteLength, new Uint8Array(frame)[0]])).toEqual([
      [256, 1],
      [256, 3],
    ]);
    for (const mediaTypes of [[{ mediaType: 'image/png' }], [{ mediaType: 'image/jpeg' }]]) {
      const wanted = { ...instance, frameNumbers: [2], mediaTypes };
      expect(sizeOf(await client.retrieveInstanceRendered(wanted))).toBeGreaterThan(50);
      expect(sizeOf(await client.retrieveInstanceFramesRendered(wanted))).toBeGreaterThan(50);
    }
    const queryParamsOfPicture = { viewport: [8, 8], window: '100,200,linear', quality: 50 };
    const picture = await client.retrieveInstanceRendered({ ...instance, queryParams: queryParamsOfPicture });
    expect(sizeOf(picture)).toBeGreaterThan(50);
    expect(sizeOf(await client.retrieveInstanceThumbnail(instance))).toBeGreaterThan(50);
    const thumbnail = await client.retrieveInstanceFramesThumbnail({ ...instance, frameNumbers: [2] });
    expect(sizeOf(thumbnail)).toBeGreaterThan(50);
  });

  it('takes one instance alone, and tells what was stored', async () => {
    const instance = makeInstance();
    const answer = await client.storeInstances({ datasets: [asArrayBuffer(instance.file)] });
    expect(JSON.parse(answer)['00081199'].Value[0]['00081155'].Value).toEqual([instance.sopInstanceUid]);
  });
});

const files = sharedFiles();

interface InstanceNames {
  readonly studyInstanceUID: string;
  readonly seriesInstanceUID: string;
  readonly sopInstanceUID: string;
}

/** Sends the file; undefined when it is no instance, or refused. */
async function storedInstance(entry: SharedFile): Promise<InstanceNames | undefined> {
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = entry;
  if (!StudyInstanceUID || !SeriesInstanceUID || !SOPInstanceUID) return undefined;
  const datasets = [asArrayBuffer(readFileSync(sharedPath(entry.file)))];
  if (await refusal(client.storeInstances({ datasets }))) return undefined;
  return {
    studyInstanceUID: StudyInstanceUID,
    seriesInstanceUID: SeriesInstanceUID,
    sopInstanceUID: SOPInstanceUID,
  };
}

/** Every value that the metadata names, and of an image its frame and its pictures. */
function callsFor(instance: InstanceNames, metadata: DicomJsonObject): [string, () => Promise<unknown>][] {
  const bulk = bulkDataOf(metadata).map((BulkDataURI): [string, () => Promise<unknown>] => [
    'bulk data',
    () => client.retrieveBulkData({ BulkDataURI, mediaTypes: ANY_SYNTAX }),
  ]);
  if (!metadata['00280010'] || !metadata['7FE00010']) return bulk;
  const frame = { ...instance, frameNumbers: [1], mediaTypes: ANY_SYNTAX };
  return [
    ...bulk,
    ['frame', () => client.retrieveInstanceFrames(frame)],
    ['rendered', () => client.retrieveInstanceRendered(instance)],
    ['thumbnail', () => client.retrieveInstanceThumbnail(instance)],
  ];
}

describe.skipIf(!files)('dicomweb-client over the set of DICOM files', () => {
  it('fails nowhere: what cannot be rendered is refused with the reason', async () => {
    const refused: string[] = [];
    for (const entry of files ?? []) {
      const instance = await storedInstance(entry);
      const [metadata] = instance ? await client.retrieveInstanceMetadata(instance).catch(() => []) : [];
      if (!instance || !metadata) continue;
      expect((await client.retrieveInstance(instance)).byteLength, entry.file).toBeGreaterThan(100);
      expect((await client.retrieveSeriesMetadata(instance)).length, entry.file).toBeGreaterThan(0);
      for (const [what, call] of callsFor(instance, metadata)) {
        const reason = await refusal(call());
        if (reason) refused.push(`${entry.file} ${what}: ${reason}`);
      }
    }
    expect(refused.filter((reason) => !BROKEN.some((file) => reason.startsWith(`${file} `)))).toEqual([]);
    expect(refused.filter((reason) => reason.includes('INTERNAL'))).toEqual([]);
  }, 300_000);
});

function dataSetOf(file: ArrayBuffer): Buffer {
  const bytes = Buffer.from(file);
  return bytes.subarray(readPart10Head(bytes)?.dataSetOffset ?? 0);
}
