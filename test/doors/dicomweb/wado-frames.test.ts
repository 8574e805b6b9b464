/** Retrieving frames, and parts of what is retrieved (PS3.18 section 10.4.1.1.6, RFC 9110 section 14). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFLATED_LE, EXPLICIT_BE, transferSyntax } from '../../../src/dicom/transfer-syntaxes.ts';
import { COMPRESSIBLE_TO } from '../../../src/rendering/lossless-syntaxes.ts';
import { type InstanceOptions, makeInstance } from '../../support/synthetic.ts';
import { type DicomWebServer, partsOf, startDicomWeb } from './dicomweb-server.ts';
import { bytesOf, codeOf, JPEG, SR, storeInstance } from './retrieval.ts';

let server: DicomWebServer;
beforeAll(async () => {
  server = await startDicomWeb();
});
afterAll(() => server.close());

const stored = (options?: InstanceOptions) => storeInstance(server, options);

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
