/** Rendered resources (PS3.18 section 10.4.1.1.3) and WADO-URI (section 9). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMPLICIT_LE } from '../../../src/dicom/transfer-syntaxes.ts';
import { store } from '../../support/archive.ts';
import { type Instance, type InstanceOptions, makeInstance } from '../../support/synthetic.ts';
import { type DicomWebServer, startDicomWeb } from './dicomweb-server.ts';
import { bytesOf, codeOf, jpegSize, PDF, SR, storeInstance } from './retrieval.ts';

let server: DicomWebServer;
beforeAll(async () => {
  server = await startDicomWeb();
});
afterAll(() => server.close());

const stored = (options?: InstanceOptions) => storeInstance(server, options);

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
    const part = await server.get(uri(instance, '&region=0.5,0,1,0.2'));
    expect(jpegSize(await bytesOf(part))).toEqual([25, 10]);
  });

  it.each([
    ['&contentType=text/html', '406 NOT_ACCEPTABLE'],
    ['&contentType=application/dicom&transferSyntax=1.2.840.10008.1.2.4.50', '406 NOT_ACCEPTABLE'],
    ['&anonymize=yes', '400 REQUEST_INVALID'],
    ['&region=0,0,1', '400 REQUEST_INVALID'],
    ['&region=0.5,0,0.5,1', '400 REQUEST_INVALID'],
    ['&region=0,0,1,2', '400 REQUEST_INVALID'],
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
