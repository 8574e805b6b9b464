import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFLATED_LE, EXPLICIT_BE, IMPLICIT_LE, transferSyntax } from '../../../src/dicom/transfer-syntaxes.ts';
import { COMPRESSIBLE_TO } from '../../../src/rendering/lossless-syntaxes.ts';
import { store } from '../../support/archive.ts';
import { type Instance, type InstanceOptions, makeInstance, makeStudy } from '../../support/synthetic.ts';
import { type DicomJsonObject, type DicomWebServer, partsOf, startDicomWeb } from './dicomweb-server.ts';

const JPEG = '1.2.840.10008.1.2.4.50';
const PDF = '1.2.840.10008.5.1.4.1.1.104.1';
const SR = '1.2.840.10008.5.1.4.1.1.88.11';

let server: DicomWebServer;
beforeAll(async () => {
  server = await startDicomWeb();
});
afterAll(() => server.close());

async function stored(options: InstanceOptions = {}): Promise<Instance & { url: string }> {
  const instance = makeInstance(options);
  await store(server.archive, instance);
  return { ...instance, url: urlOf(instance) };
}

function urlOf({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: Instance): string {
  return `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

async function codeOf(response: Response): Promise<string> {
  return `${response.status} ${((await response.json()) as { code: string }).code}`;
}

/** Images of the archive that are open for reading in this process; the writer keeps empty ones open for writing. */
function openFiles(dataDir: string): number {
  const links = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const flags = /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '1';
      return Number.parseInt(flags, 8) % 4 === 0 ? [readlinkSync(`/proc/self/fd/${fd}`)] : [];
    } catch {
      return [];
    }
  });
  return links.filter((link) => link.startsWith(dataDir) && link.endsWith('.dcm')).length;
}

describe('whole instances', () => {
  it.each([
    undefined,
    '*/*',
    'multipart/related',
    'multipart/related; type="application/dicom"',
    'multipart/related; type=application/dicom; transfer-syntax=*',
    'text/html, */*;q=0.8',
  ])('come as parts for Accept %s', async (accept) => {
    const { url, file } = await stored();
    const response = await server.get(url, accept === undefined ? {} : { accept });
    expect(response.headers.get('content-type')).toMatch(/^multipart\/related; type="application\/dicom"; boundary=/);
    const [part, ...others] = await partsOf(response);
    expect(others).toEqual([]);
    expect(part?.headers.get('content-type')).toBe('application/dicom; transfer-syntax=1.2.840.10008.1.2.1');
    expect(Number(part?.headers.get('content-length'))).toBe(part?.body.length);
    expect(part?.body.equals(file)).toBe(true);
  });

  it('come alone when one is asked for as application/dicom', async () => {
    const { url, file } = await stored();
    const response = await server.get(url, { accept: 'application/dicom' });
    expect(response.headers.get('content-type')).toContain('application/dicom');
    expect((await bytesOf(response)).equals(file)).toBe(true);
  });

  it('come as they are stored for transfer-syntax=*', async () => {
    for (const transferSyntaxUid of [JPEG, IMPLICIT_LE, DEFLATED_LE]) {
      const { url, file } = await stored({ transferSyntaxUid });
      const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
      const [part] = await partsOf(await server.get(url, { accept }));
      expect(part?.headers.get('content-type')).toBe(`application/dicom; transfer-syntax=${transferSyntaxUid}`);
      expect(part?.body.equals(file)).toBe(true);
    }
  });

  it('come as Explicit VR Little Endian when no transfer syntax is named, where they can', async () => {
    const { url, dataSet } = await stored({ transferSyntaxUid: IMPLICIT_LE, bits: 16 });
    const [part] = await partsOf(await server.get(url));
    expect(part?.headers.get('content-type')).toBe('application/dicom; transfer-syntax=1.2.840.10008.1.2.1');
    expect(Number(part?.headers.get('content-length'))).toBe(part?.body.length);
    expect(part?.body.subarray(-128).equals(dataSet.subarray(-128))).toBe(true);
    expect(part?.body.includes(Buffer.from('1.2.840.10008.1.2.1\0'))).toBe(true);
    // No picture at all lies in this one: what cannot be decoded comes as it is.
    const damaged = await stored({ transferSyntaxUid: JPEG });
    const [asStored] = await partsOf(await server.get(damaged.url));
    expect(asStored?.body.equals(damaged.file)).toBe(true);
  });

  it('come in the transfer syntax that is named, or 406 with the reason', async () => {
    const { url, dataSet } = await stored({ bits: 16, rows: 16, columns: 16 });
    for (const uid of [...COMPRESSIBLE_TO, IMPLICIT_LE, EXPLICIT_BE]) {
      const accept = `application/dicom; transfer-syntax=${uid}`;
      const response = await server.get(url, { accept });
      expect(response.headers.get('content-type')).toBe(`application/dicom; transfer-syntax=${uid}`);
      const file = await bytesOf(response);
      expect(Number(response.headers.get('content-length'))).toBe(file.length);
      const range = await server.get(url, { accept, range: 'bytes=200-299' });
      expect([range.status, (await bytesOf(range)).equals(file.subarray(200, 300))]).toEqual([206, true]);
      expect(file.includes(dataSet.subarray(-512))).toBe(uid === IMPLICIT_LE);
    }
    const damaged = await stored({ transferSyntaxUid: JPEG });
    for (const [one, uid] of [
      [damaged.url, '1.2.840.10008.1.2.1'],
      [url, '1.2.840.10008.1.2.4.50'],
      [url, '1.2.3.4'],
    ] as const) {
      const response = await server.get(one, { accept: `application/dicom; transfer-syntax=${uid}` });
      const body = (await response.json()) as { code: string; detail?: string };
      expect([response.status, body.code]).toEqual([406, 'NOT_ACCEPTABLE']);
    }
  });

  it('of a study come each in the transfer syntax that is named, and none is left out', async () => {
    const [first, second] = makeStudy(1, 2, { bits: 16, rows: 16, columns: 16 }) as [Instance, Instance];
    for (const instance of [first, second]) await store(server.archive, instance);
    const { studyInstanceUid, seriesInstanceUid } = first;
    const damaged = makeInstance({
      studyInstanceUid,
      seriesInstanceUid,
      transferSyntaxUid: JPEG,
      sopInstanceUid: '1.2.99.1',
    });
    await store(server.archive, damaged);
    const accept = 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.80';
    const parts = await partsOf(await server.get(`/studies/${first.studyInstanceUid}`, { accept }));
    const types = parts.map((part) => part.headers.get('content-type')?.split('=')[1]);
    expect(types.sort()).toEqual(['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.80']);
  });

  it('come for a series and a study, all of them', async () => {
    const instances = makeStudy(2, 40, { rows: 32, columns: 32 });
    for (const instance of instances) await store(server.archive, instance);
    const [first] = instances as [Instance];
    const all = await partsOf(await server.get(`/studies/${first.studyInstanceUid}`));
    expect(all.map((part) => sha256(part.body)).sort()).toEqual(instances.map(({ file }) => sha256(file)).sort());
    const series = await partsOf(
      await server.get(`/studies/${first.studyInstanceUid}/series/${first.seriesInstanceUid}`),
    );
    expect(series.length).toBe(40);
  });

  it('that are not there answer 404, also under a wrong study', async () => {
    const { url } = await stored();
    expect(await codeOf(await server.get(url.replace(/studies\/[^/]+/, 'studies/1.2.3')))).toBe('404 NOT_FOUND');
    expect(await codeOf(await server.get('/studies/1.2.3'))).toBe('404 NOT_FOUND');
  });

  it('stop being read when the client goes away', async () => {
    const { url } = await stored({ rows: 4000, columns: 4000, bits: 16 });
    let read = 0;
    const { retrieve } = server.archive;
    const original = retrieve.begin.bind(retrieve);
    retrieve.begin = (instance, start, end) => {
      const reading = original(instance, start, end);
      return {
        drop: () => reading.drop(),
        to: (sink) =>
          reading.to((chunk) => {
            read += chunk.length;
            return sink(chunk);
          }),
      };
    };
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(`GET /dicom-web${url} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      });
      socket.once('data', () => socket.destroy());
      socket.once('close', () => resolve());
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    retrieve.begin = original;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(32_000_000);
  });

  it.skipIf(!existsSync('/proc/self/fd'))('leave no file open when the client goes away in the middle', async () => {
    const instances = makeStudy(1, 12, { rows: 1500, columns: 1500, bits: 16 });
    for (const instance of instances) await store(server.archive, instance);
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(`GET /dicom-web/studies/${instances[0]?.studyInstanceUid} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      });
      socket.once('data', () => socket.destroy());
      socket.once('close', () => resolve());
    });
    await expect.poll(() => openFiles(server.dataDir)).toBe(0);
  });
});

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

describe('frames', () => {
  it('of native images are cut by offset, in any order, as often as asked', async () => {
    const { url, dataSet } = await stored({ frames: 5, rows: 4, columns: 6, bits: 16 });
    const pixels = dataSet.subarray(-5 * 48);
    const parts = await partsOf(await server.get(`${url}/frames/3,1,3`));
    const expected = [3, 1, 3].map((frame) => pixels.subarray((frame - 1) * 48, frame * 48).toString('hex'));
    expect(parts.map((part) => part.body.toString('hex'))).toEqual(expected);
    expect(parts[0]?.headers.get('content-type')).toBe('application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1');
  });

  it('of compressed images come in their own media type for every form of asking', async () => {
    const frames = [1, 2, 3].map((value) => Buffer.from(`ffd8ffe0${'0'.repeat(6)}0${value}ffd9`, 'hex'));
    const { url } = await stored({ transferSyntaxUid: JPEG, frames: 3, encodedFrames: frames });
    for (const accept of [
      'multipart/related; type=application/octet-stream; transfer-syntax=*',
      'multipart/related; type="image/jpeg"',
      'multipart/related; type=application/octet-stream',
      '*/*',
    ]) {
      const [part] = await partsOf(await server.get(`${url}/frames/2`, { accept }));
      expect(part?.headers.get('content-type')).toBe(`image/jpeg; transfer-syntax=${JPEG}`);
      expect(part?.body.equals(frames[1] as Buffer)).toBe(true);
    }
    for (const accept of ['image/jpeg', 'application/octet-stream', 'image/*']) {
      const response = await server.get(`${url}/frames/2`, { accept });
      expect(response.headers.get('content-type')).toBe(`image/jpeg; transfer-syntax=${JPEG}`);
      expect((await bytesOf(response)).equals(frames[1] as Buffer)).toBe(true);
    }
    const all = await partsOf(
      await server.get(`${url}/bulkdata/7FE00010`, { accept: 'multipart/related; type=application/octet-stream' }),
    );
    expect(all.map((part) => part.body.toString('hex'))).toEqual(frames.map((frame) => frame.toString('hex')));
  });

  it.each(COMPRESSIBLE_TO)('come in %s and back without a changed value', async (uid) => {
    const options = { bits: 16 as const, rows: 24, columns: 20, frames: 2 };
    const { url, dataSet } = await stored(options);
    const mediaType = transferSyntax(uid)?.mediaType as string;
    const encoded: Buffer[] = [];
    for (const accept of [
      `multipart/related; type="${mediaType}"; transfer-syntax=${uid}`,
      `multipart/related; type="application/octet-stream"; transfer-syntax=${uid}`,
    ]) {
      const parts = await partsOf(await server.get(`${url}/frames/1,2`, { accept }));
      expect(parts.map((part) => part.headers.get('content-type'))).toEqual(
        Array(2).fill(`${mediaType}; transfer-syntax=${uid}`),
      );
      encoded.splice(0, 2, ...parts.map(({ body }) => body));
    }
    const other = await stored({ ...options, transferSyntaxUid: uid, encodedFrames: encoded });
    const back = await partsOf(
      await server.get(`${other.url}/frames/1,2`, { accept: 'multipart/related; type="application/octet-stream"' }),
    );
    expect(back[0]?.headers.get('content-type')).toBe('application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1');
    expect(Buffer.concat(back.map(({ body }) => body)).equals(dataSet.subarray(-2 * 960))).toBe(true);
  });

  it('come in the default transfer syntax of the media type that is asked for', async () => {
    const { url } = await stored({ bits: 16, rows: 24, columns: 20 });
    for (const [type, uid] of [
      ['image/jpeg', '1.2.840.10008.1.2.4.70'],
      ['image/jls', '1.2.840.10008.1.2.4.80'],
      ['image/jp2', '1.2.840.10008.1.2.4.90'],
      ['image/dicom-rle', '1.2.840.10008.1.2.5'],
    ]) {
      const response = await server.get(`${url}/frames/1`, { accept: `multipart/related; type="${type}"` });
      expect((await partsOf(response))[0]?.headers.get('content-type')).toBe(`${type}; transfer-syntax=${uid}`);
      const alone = await server.get(`${url}/frames/1`, { accept: type as string });
      expect(alone.headers.get('content-type')).toBe(`${type}; transfer-syntax=${uid}`);
    }
  });

  it.each([
    ['multipart/related; type="image/jp2"', '406 NOT_ACCEPTABLE'],
    ['multipart/related; type=application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1', '406 NOT_ACCEPTABLE'],
    ['image/png', '406 NOT_ACCEPTABLE'],
  ])('are not turned into what they are not: %s', async (accept, code) => {
    const { url } = await stored({ transferSyntaxUid: JPEG });
    expect(await codeOf(await server.get(`${url}/frames/1`, { accept }))).toBe(code);
  });

  it.each([
    ['0', '400 REQUEST_INVALID'],
    ['x', '400 REQUEST_INVALID'],
    ['1,,2', '400 REQUEST_INVALID'],
    ['3', '404 NOT_FOUND'],
    ['1,3', '404 NOT_FOUND'],
    ['999999999', '404 NOT_FOUND'],
  ])('with the number %s are refused', async (frames, code) => {
    const { url } = await stored({ frames: 2 });
    expect(await codeOf(await server.get(`${url}/frames/${frames}`))).toBe(code);
  });

  it.each([
    ['deflated', { transferSyntaxUid: DEFLATED_LE, bits: 16 as const, frames: 2 }],
    ['big endian', { transferSyntaxUid: EXPLICIT_BE, bits: 16 as const, frames: 2 }],
  ])('that are %s come as explicit little endian', async (_name, options) => {
    const plain = makeInstance({ bits: 16, frames: 2 });
    const { url } = await stored(options);
    const parts = await partsOf(await server.get(`${url}/frames/1,2`));
    const bodies = Buffer.concat(parts.map((part) => part.body));
    expect(parts[1]?.headers.get('content-type')).toContain('transfer-syntax=1.2.840.10008.1.2.1');
    const expected = plain.dataSet.subarray(-256);
    if (options.transferSyntaxUid === EXPLICIT_BE) {
      // The maker of test images marks a frame in its first byte, which in big endian is the high one.
      for (const frame of [1, 2]) expected.writeUInt16LE(frame * 256, (frame - 1) * 128);
    }
    expect(bodies.equals(expected)).toBe(true);
  });

  it('of one bit are moved to a byte boundary', async () => {
    const { url } = await stored({ bits: 1, rows: 3, columns: 3, frames: 3 });
    const parts = await partsOf(await server.get(`${url}/frames/1,2,3`));
    // 27 bits of 01010101 repeated, least significant first: the second frame begins with a 0.
    expect(parts.map((part) => part.body.toString('hex'))).toEqual(['5501', 'aa00', '5501']);
  });

  it('without pixel data answer 404, with too little of it a clear failure', async () => {
    const none = await stored({ sopClassUid: SR, pixelBytes: 0 });
    expect(await codeOf(await server.get(`${none.url}/frames/1`))).toBe('404 NOT_FOUND');
    const short = await stored({ rows: 100, columns: 100, pixelBytes: 10 });
    expect(await codeOf(await server.get(`${short.url}/frames/1`))).toBe('422 PIXEL_DATA_DAMAGED');
  });
});

describe('byte ranges', () => {
  it.each([
    ['bytes=0-9', 206, 0, 10],
    ['bytes=20-', 206, 20, 64],
    ['bytes=-5', 206, 59, 64],
    ['bytes=60-1000', 206, 60, 64],
    ['bytes=64-', 416, 0, 0],
    ['nonsense', 200, 0, 64],
  ])('%s of bulk data answers %i', async (range, status, start, end) => {
    const { url, dataSet } = await stored();
    const headers = { accept: 'application/octet-stream', range };
    const response = await server.get(`${url}/bulkdata/7FE00010`, headers);
    expect(response.status).toBe(status);
    expect((await bytesOf(response)).equals(dataSet.subarray(-64).subarray(start, end))).toBe(true);
    if (status === 206) expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/64`);
  });
});

describe('rendered resources', () => {
  it('show a part of the image, mirrored when its size is negative, and come as GIF too', async () => {
    const { default: sharp } = await import('sharp');
    const instance = makeInstance({ rows: 4, columns: 8, patientName: 'Part^Of' });
    await store(server.archive, instance);
    const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = instance;
    const at = `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}/rendered`;
    const shown = async (query: string, accept: string) => {
      const response = await server.get(`${at}${query}`, { accept });
      expect(response.headers.get('content-type')).toBe(accept);
      const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { row: [...data.subarray((info.height - 1) * info.width)], width: info.width, height: info.height };
    };
    const whole = await shown('', 'image/png');
    expect([whole.width, whole.height]).toEqual([8, 4]);
    expect(await shown('?viewport=100,100,2,1,3,2', 'image/png')).toEqual({
      row: whole.row.slice(2, 5),
      width: 3,
      height: 2,
    });
    expect((await shown('?viewport=100,100,2,,-3,', 'image/png')).row).toEqual(whole.row.slice(2, 5).reverse());
    expect((await shown('?viewport=100,100,6', 'image/png')).row).toEqual(whole.row.slice(6));
    expect(await shown('', 'image/gif')).toEqual(whole);
  });

  it('say in the picture why there is none, to browsers; programs get the failure', async () => {
    const noise = makeInstance({ transferSyntaxUid: '1.2.840.10008.1.2.4.90' });
    await store(server.archive, noise);
    const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = noise;
    const at = `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
    for (const path of [`${at}/rendered`, `${at}/thumbnail`]) {
      const accept = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
      const shown = await server.get(path, { accept });
      expect([shown.status, shown.headers.get('content-type')]).toEqual([422, 'image/svg+xml']);
      expect(await shown.text()).toMatch(/손상.*damaged.*JPEG 2000/s);
      const told = await server.get(path, { accept: 'image/jpeg' });
      expect(await codeOf(told)).toBe('422 PIXEL_DATA_DAMAGED');
    }
  });

  it('are JPEG unless PNG is preferred, of the size asked for', async () => {
    const { url } = await stored({ rows: 100, columns: 200 });
    const jpeg = await server.get(`${url}/rendered?viewport=100,100`);
    expect(jpeg.headers.get('content-type')).toBe('image/jpeg');
    expect(jpegSize(await bytesOf(jpeg))).toEqual([100, 50]);
    const png = await server.get(`${url}/rendered`, { accept: 'image/png' });
    expect(png.headers.get('content-type')).toBe('image/png');
    expect((await bytesOf(png)).readUInt32BE(16)).toBe(200);
    const thumbnail = await server.get(`${url}/thumbnail?viewport=256%2C256`, { accept: 'image/jpeg' });
    expect(jpegSize(await bytesOf(thumbnail))).toEqual([200, 100]);
  });

  it.each(['series', 'study', 'frame'])('exist for a %s', async (level) => {
    const instance = await stored({ frames: 3 });
    const { studyInstanceUid, seriesInstanceUid, url } = instance;
    const paths: Record<string, string> = {
      study: `/studies/${studyInstanceUid}`,
      series: `/studies/${studyInstanceUid}/series/${seriesInstanceUid}`,
      frame: `${url}/frames/2`,
    };
    for (const kind of ['rendered', 'thumbnail']) {
      const response = await server.get(`${paths[level]}/${kind}`);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
  });

  it('show an encapsulated PDF as it is', async () => {
    const pdf = Buffer.from('%PDF-1.4 not really\n');
    const { url } = await stored({
      sopClassUid: PDF,
      pixelBytes: 0,
      attributes: {
        EncapsulatedDocument: { vr: 'OB', InlineBinary: pdf.toString('base64') },
        MIMETypeOfEncapsulatedDocument: 'application/pdf',
      },
    });
    for (const path of [`${url}/rendered`, `${url}/bulkdata/00420011?accept=application/pdf`]) {
      const response = await server.get(path, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
      expect(response.headers.get('content-type')).toBe('application/pdf');
      expect((await bytesOf(response)).equals(pdf)).toBe(true);
    }
  });

  it('never hand out a document as a page of ours', async () => {
    const html = Buffer.from('<script>alert(1)</script> ');
    const { url } = await stored({
      sopClassUid: PDF,
      pixelBytes: 0,
      attributes: {
        EncapsulatedDocument: { vr: 'OB', InlineBinary: html.toString('base64') },
        MIMETypeOfEncapsulatedDocument: 'text/html',
      },
    });
    for (const path of [`${url}/rendered`, `${url}/bulkdata/00420011?accept=text/html`]) {
      const response = await server.get(path, { accept: 'text/html,*/*;q=0.8' });
      expect(response.headers.get('content-type')).not.toContain('text/html');
      await response.arrayBuffer();
    }
  });

  it('say why there is nothing to see', async () => {
    const { url } = await stored({ sopClassUid: SR, pixelBytes: 0 });
    const response = await server.get(`${url}/rendered`);
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({
      code: 'NOT_RENDERABLE',
      detail: 'Basic Text SR Storage has no pixels',
    });
  });

  it.each([
    'viewport=0,10',
    'viewport=a,b',
    'viewport=10,10,0,0,5,5,5',
    'viewport=10',
    'viewport=10,10,-1,0',
    'viewport=10,10,0,0,0,5',
    'viewport=10,10,9000,0',
    'window=1',
    'window=1,0,linear',
    'window=1,10,round',
    'quality=0',
    'quality=101',
  ])('refuse %s', async (query) => {
    const { url } = await stored();
    expect(await codeOf(await server.get(`${url}/rendered?${query}`))).toBe('400 REQUEST_INVALID');
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

describe('WADO-URI', () => {
  function uri(instance: Instance, more = ''): string {
    const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = instance;
    return `/wado?requestType=WADO&studyUID=${studyInstanceUid}&seriesUID=${seriesInstanceUid}&objectUID=${sopInstanceUid}${more}`;
  }

  it('gives the file, or a picture of it', async () => {
    const instance = await stored({ rows: 50, columns: 50 });
    const file = await server.get(uri(instance, '&contentType=application/dicom'));
    expect((await bytesOf(file)).equals(instance.file)).toBe(true);
    const compressed = await server.get(
      uri(instance, '&contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.5'),
    );
    expect(compressed.headers.get('content-type')).toBe('application/dicom; transfer-syntax=1.2.840.10008.1.2.5');
    const implicit = await stored({ transferSyntaxUid: IMPLICIT_LE });
    const asStored = await server.get(uri(implicit, '&contentType=application/dicom&transferSyntax=*'));
    expect((await bytesOf(asStored)).equals(implicit.file)).toBe(true);
    const usual = await server.get(uri(implicit, '&contentType=application/dicom'));
    expect(usual.headers.get('content-type')).toBe('application/dicom; transfer-syntax=1.2.840.10008.1.2.1');
    const picture = await server.get(uri(instance, '&rows=20&windowCenter=100&windowWidth=50'));
    expect(jpegSize(await bytesOf(picture))).toEqual([20, 20]);
  });

  it.each([
    ['&contentType=text/html', '406 NOT_ACCEPTABLE'],
    ['&contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.4.50', '406 NOT_ACCEPTABLE'],
    ['&anonymize=yes', '400 REQUEST_INVALID'],
    ['&frameNumber=0', '400 REQUEST_INVALID'],
    ['&frameNumber=2', '404 NOT_FOUND'],
  ])('refuses %s', async (more, code) => {
    const instance = await stored();
    expect(await codeOf(await server.get(uri(instance, more)))).toBe(code);
  });

  it('refuses what names no object', async () => {
    expect(await codeOf(await server.get('/wado?requestType=WADO'))).toBe('400 REQUEST_INVALID');
    expect(await codeOf(await server.get('/wado?studyUID=1&seriesUID=2&objectUID=3'))).toBe('400 REQUEST_INVALID');
  });
});

describe('the access log', () => {
  it('has one row for a study that was opened and one for its download', async () => {
    const { url } = await stored({ patientId: 'AUDIT-1', frames: 3 });
    for (const path of ['/metadata', '/frames/1', '/frames/2', '/frames/3', '/rendered', '', '']) {
      await (await server.get(url + path)).arrayBuffer();
    }
    await server.audit.flush();
    const rows = await server.archive.database.read('accessRows', { patientId: 'AUDIT-1', limit: 10 });
    const actions = rows.map((row) => row.action).sort();
    expect(actions).toEqual(['download', 'study.open']);
  });
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function jpegSize(bytes: Buffer): [number, number] {
  const at = bytes.indexOf(Buffer.from('ffc0', 'hex'));
  return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
}
