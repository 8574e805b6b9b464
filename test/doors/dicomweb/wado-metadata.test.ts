/** Retrieving metadata and bulk data (PS3.18 section 10.4.1). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { store } from '../../support/archive.ts';
import { type Instance, type InstanceOptions, makeStudy } from '../../support/synthetic.ts';
import { type DicomJsonObject, type DicomWebServer, partsOf, startDicomWeb } from './dicomweb-server.ts';
import { bytesOf, codeOf, JPEG, SR, storeInstance } from './retrieval.ts';

let server: DicomWebServer;
beforeAll(async () => {
  server = await startDicomWeb();
});
afterAll(() => server.close());

const stored = (options?: InstanceOptions) => storeInstance(server, options);

describe('metadata', () => {
  it('is DICOM JSON with bulk data by URI, which leads to the bytes', async () => {
    const lut = Buffer.alloc(5000, 7);
    const { url, dataSet } = await stored({
      patientName: 'Hong^Gildong=洪^吉洞=홍^길동',
      attributes: { '00189999': { vr: 'OB', InlineBinary: lut.toString('base64') } },
    });
    const response = await server.get(`${url}/metadata`);
    expect(response.headers.get('content-type')).toBe('application/dicom+json');
    const [json] = (await response.json()) as DicomJsonObject[];
    expect(json?.['00100010']?.Value).toEqual([
      { Alphabetic: 'Hong^Gildong', Ideographic: '洪^吉洞', Phonetic: '홍^길동' },
    ]);
    expect(json?.['00083002']?.Value).toEqual(['1.2.840.10008.1.2.1']);
    const uri = json?.['00189999']?.BulkDataURI as string;
    expect(uri).toBe(`${server.root}${url}/bulkdata/00189999`);
    expect((await bytesOf(await fetch(uri, { headers: { accept: 'application/octet-stream' } }))).equals(lut)).toBe(
      true,
    );
    const pixels = await bytesOf(
      await fetch(json?.['7FE00010']?.BulkDataURI as string, { headers: { accept: 'application/octet-stream' } }),
    );
    expect(dataSet.subarray(-64).equals(pixels)).toBe(true);
  });

  it('keeps the attributes in ascending order, also those whose names look like numbers', async () => {
    const { url } = await stored({ attributes: { '20100010': { vr: 'ST', Value: ['STANDARD\\1,1'] } } });
    const text = await (await server.get(`${url}/metadata`)).text();
    const tags = [...text.matchAll(/"([0-9A-F]{8})":\{/g)].map((match) => match[1] as string);
    expect(tags).toEqual([...tags].sort());
  });

  it('holds the whole content tree of an SR', async () => {
    const item = (text: string, children: unknown[] = []) => ({
      '0040A010': { vr: 'CS', Value: ['CONTAINS'] },
      '0040A040': { vr: 'CS', Value: ['TEXT'] },
      '0040A160': { vr: 'UT', Value: [text] },
      ...(children.length > 0 && { '0040A730': { vr: 'SQ', Value: children } }),
    });
    const { url } = await stored({
      sopClassUid: SR,
      pixelBytes: 0,
      attributes: { ContentSequence: { vr: 'SQ', Value: [item('흉부', [item('결절', [item('3 mm')])])] } },
    });
    const text = await (await server.get(`${url}/metadata`)).text();
    for (const words of ['흉부', '결절', '3 mm']) expect(text).toContain(words);
  });

  it('comes compressed, with a tag that changes when an instance arrives', async () => {
    const [first, second] = makeStudy(1, 2) as [Instance, Instance];
    const series = `/studies/${first.studyInstanceUid}/series/${first.seriesInstanceUid}/metadata`;
    await store(server.archive, first);
    const once = await server.get(series, { 'accept-encoding': 'gzip' });
    expect(once.headers.get('content-encoding')).toBe('gzip');
    const brotli = await server.get(series, { 'accept-encoding': 'br' });
    expect(brotli.headers.get('content-encoding')).toBe('br');
    expect(await brotli.json()).toEqual(await once.clone().json());
    const etag = once.headers.get('etag') as string;
    expect(((await once.json()) as unknown[]).length).toBe(1);
    const known = await server.get(series, { 'if-none-match': etag });
    expect(known.status).toBe(304);
    await store(server.archive, second);
    const twice = await server.get(series, { 'if-none-match': etag, 'accept-encoding': 'identity' });
    expect(twice.headers.get('content-encoding')).toBeNull();
    expect(((await twice.json()) as unknown[]).length).toBe(2);
  });

  it('of a long series arrives whole and in order, from workers and from the cache alike', async () => {
    const instances = makeStudy(1, 150);
    for (const instance of instances) await store(server.archive, instance);
    const [first] = instances as [Instance];
    for (let round = 0; round < 2; round++) {
      const response = await server.get(`/studies/${first.studyInstanceUid}/metadata`);
      const json = (await response.json()) as DicomJsonObject[];
      expect(json.map((object) => object['00200013']?.Value?.[0])).toEqual(instances.map((_, index) => index + 1));
    }
  });

  it('is not sent as XML', async () => {
    const { url } = await stored();
    const accept = 'multipart/related; type="application/dicom+xml"';
    expect(await codeOf(await server.get(`${url}/metadata`, { accept }))).toBe('406 NOT_ACCEPTABLE');
  });
});

describe('all bulk data and all pixel data', () => {
  it('come as parts under their own URLs, for an instance, a series and a study', async () => {
    const long = { '60003000': { vr: 'OW', InlineBinary: Buffer.alloc(2000, 5).toString('base64') } };
    const instances = makeStudy(1, 2, { rows: 4, columns: 4, attributes: long });
    for (const instance of instances) await store(server.archive, instance);
    const [{ studyInstanceUid, seriesInstanceUid, sopInstanceUid }] = instances as [Instance, Instance];
    const study = `/studies/${studyInstanceUid}`;
    const series = `${study}/series/${seriesInstanceUid}`;
    const instance = `${series}/instances/${sopInstanceUid}`;
    const bulk = await partsOf(await server.get(`${instance}/bulkdata`));
    expect(bulk.map(({ body, headers }) => [body.length, headers.get('content-location')])).toEqual([
      [2000, `${server.root}${instance}/bulkdata/60003000`],
      [16, `${server.root}${instance}/bulkdata/7FE00010`],
    ]);
    for (const [path, count] of [
      [instance, 1],
      [series, 2],
      [study, 2],
    ] as const) {
      const pixels = await partsOf(await server.get(`${path}/pixeldata`));
      expect(pixels.map(({ body }) => body.length)).toEqual(Array(count).fill(16));
      expect((await partsOf(await server.get(`${path}/bulkdata`))).length).toBe(2 * count);
    }
  });

  it('come frame by frame where they are compressed, and not at all where there are none', async () => {
    const { url } = await stored({ transferSyntaxUid: JPEG, frames: 2 });
    const frames = await partsOf(await server.get(`${url}/pixeldata`, { accept: 'multipart/related' }));
    expect(frames.map(({ headers }) => headers.get('content-location'))).toEqual([
      `${server.root}${url}/frames/1`,
      `${server.root}${url}/frames/2`,
    ]);
    const report = await stored({ sopClassUid: SR, pixelBytes: 0 });
    expect((await server.get(`${report.url}/pixeldata`)).status).toBe(404);
    expect((await server.get(`${report.url}/bulkdata`, { accept: 'image/png' })).status).toBe(406);
  });
});
