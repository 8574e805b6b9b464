import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMPLICIT_LE } from '../../../src/dicom/transfer-syntaxes.ts';
import { newUid } from '../../../src/dicom/uid.ts';
import { makeInstance, makeStudy } from '../../support/synthetic.ts';
import { type DicomJsonObject, type DicomWebServer, startDicomWeb, stowBody } from './dicomweb-server.ts';

let server: DicomWebServer;
beforeAll(async () => {
  server = await startDicomWeb();
});
afterAll(() => server.close());

async function post(body: Buffer, contentType: string, path = '/studies', accept = '*/*') {
  const headers = { 'content-type': contentType, accept };
  const response = await fetch(server.root + path, { method: 'POST', headers, body: new Uint8Array(body) });
  return { status: response.status, json: (await response.json()) as DicomJsonObject & { code?: string } };
}

function stow(files: readonly Buffer[], path?: string) {
  const { body, contentType } = stowBody(files);
  return post(body, contentType, path);
}

function items(json: DicomJsonObject, tag: '00081198' | '00081199'): DicomJsonObject[] {
  return (json[tag]?.Value ?? []) as DicomJsonObject[];
}

async function isStored(sopInstanceUid: string): Promise<boolean> {
  return (await server.archive.retrieve.instances({ sopInstanceUid })).length > 0;
}

describe('STOW-RS', () => {
  it('stores every part and says where each can be fetched', async () => {
    const instances = makeStudy(2, 3);
    const { status, json } = await stow(instances.map(({ file }) => file));
    expect(status).toBe(200);
    expect(json['00081190']?.Value).toEqual([`${server.root}/studies/${instances[0]?.studyInstanceUid}`]);
    expect(json['00081198']).toBeUndefined();
    const stored = items(json, '00081199');
    expect(stored.map((item) => item['00081155']?.Value?.[0])).toEqual(instances.map((one) => one.sopInstanceUid));
    const url = stored[3]?.['00081190']?.Value?.[0] as string;
    expect((await fetch(url)).status).toBe(200);
  });

  it('keeps the bytes of the data set exactly', async () => {
    const instance = makeInstance({ rows: 300, columns: 300, bits: 16 });
    await stow([instance.file]);
    const [stored] = await server.archive.retrieve.instances({ sopInstanceUid: instance.sopInstanceUid });
    expect(stored?.sha256).toBe(instance.sha256);
  });

  it('answers 202 when some parts are no good and 409 when none is stored', async () => {
    const good = makeInstance();
    const bad = makeInstance({ attributes: { StudyInstanceUID: '' } });
    const mixed = await stow([good.file, bad.file, Buffer.from('junk')]);
    expect(mixed.status).toBe(202);
    expect(items(mixed.json, '00081199').length).toBe(1);
    const failed = items(mixed.json, '00081198');
    expect(failed.map((item) => item['00081197']?.Value?.[0])).toEqual([0xa900, 0xc000]);
    expect(failed[0]?.['00081155']?.Value).toEqual([bad.sopInstanceUid]);
    expect((await stow([bad.file])).status).toBe(409);
  });

  it('answers 200 to the same instance again, 202 when other bytes are kept apart', async () => {
    const uids = { studyInstanceUid: newUid(), seriesInstanceUid: newUid(), sopInstanceUid: newUid() };
    const first = makeInstance(uids);
    expect((await stow([first.file])).status).toBe(200);
    expect((await stow([first.file])).status).toBe(200);
    const other = await stow([makeInstance({ ...uids, patientId: 'OTHER' }).file]);
    expect(other.status).toBe(202);
    expect(items(other.json, '00081199')[0]?.['00081196']?.Value).toEqual([0xb000]);
  });

  it('stores into the study of the path only', async () => {
    const [mine, another] = [makeInstance(), makeInstance()];
    const { status, json } = await stow([mine.file, another.file], `/studies/${mine.studyInstanceUid}`);
    expect(status).toBe(202);
    expect(items(json, '00081198').map((item) => item['00081155']?.Value?.[0])).toEqual([another.sopInstanceUid]);
    expect(await isStored(another.sopInstanceUid)).toBe(false);
    expect((await stow([another.file], `/studies/${mine.studyInstanceUid}`)).status).toBe(409);
  });

  it('takes a bare data set, and one instance as the whole body', async () => {
    const bare = makeInstance({ transferSyntaxUid: IMPLICIT_LE });
    expect((await stow([bare.dataSet])).status).toBe(200);
    expect(await isStored(bare.sopInstanceUid)).toBe(true);
    const alone = makeInstance();
    expect((await post(alone.file, 'application/dicom')).status).toBe(200);
    expect(await isStored(alone.sopInstanceUid)).toBe(true);
  });

  it('takes a large part in chunks without a length', async () => {
    const instance = makeInstance({ rows: 3000, columns: 3000, bits: 16 });
    const { body, contentType } = stowBody([instance.file]);
    const status = await new Promise<number>((resolve, reject) => {
      const sending = request(`${server.root}/studies`, { method: 'POST', headers: { 'content-type': contentType } });
      sending.on('response', (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject);
      for (let i = 0; i < body.length; i += 99_991) sending.write(body.subarray(i, i + 99_991));
      sending.end();
    });
    expect(status).toBe(200);
    const [stored] = await server.archive.retrieve.instances({ sopInstanceUid: instance.sopInstanceUid });
    expect(stored?.sha256).toBe(instance.sha256);
  });

  it('keeps nothing of a part that breaks off', async () => {
    const [whole, half] = [makeInstance(), makeInstance({ rows: 1000, columns: 1000 })];
    const { body, contentType } = stowBody([whole.file, half.file]);
    await new Promise<void>((resolve) => {
      const headers = { 'content-type': contentType, 'content-length': body.length };
      const sending = request(`${server.root}/studies`, { method: 'POST', headers });
      sending.on('error', () => resolve());
      sending.write(body.subarray(0, body.length - 1000), () => setTimeout(() => sending.destroy(), 100));
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await isStored(half.sopInstanceUid)).toBe(false);
    const { body: cut } = stowBody([half.file]);
    expect((await post(cut.subarray(0, -10), contentType)).json.code).toBe('REQUEST_INVALID');
    expect(await isStored(half.sopInstanceUid)).toBe(false);
  });

  it.each([
    ['no parts', '--B--\r\n', 'multipart/related; type="application/dicom"; boundary=B', 400],
    ['empty parts', `${'--B\r\n\r\n\r\n'.repeat(50_000)}--B--`, 'multipart/related; boundary=B', 400],
    ['no boundary', 'x', 'multipart/related; type="application/dicom"', 400],
    ['a wrong boundary', 'x'.repeat(100_000), 'multipart/related; boundary=B', 400],
    ['junk in a part', '--B\r\n\r\njunk\r\n--B--', 'multipart/related; boundary=B', 400],
    ['junk as the body', 'junk', 'application/dicom', 400],
    ['JSON', '{}', 'application/json', 415],
    ['metadata and bulk data', '--B--', 'multipart/related; type="application/dicom+json"; boundary=B', 415],
    ['no content type', 'x', '', 415],
  ])('refuses %s', async (_name, body, contentType, status) => {
    const answer = await post(Buffer.from(body), contentType);
    expect(answer.status).toBe(status);
    expect(answer.json.code).toBeDefined();
  });

  it('writes one row for each study into the access log', async () => {
    const instances = makeStudy(1, 3, { patientId: 'STOW-1' });
    await stow(instances.map(({ file }) => file));
    await server.audit.flush();
    const rows = await server.archive.database.read('accessRows', { patientId: 'STOW-1', limit: 10 });
    expect(rows.map((row) => [row.who, row.action, row.detail])).toEqual([['tester', 'store', 'STOW-RS 3']]);
  });
});
