/** Retrieving whole instances (PS3.18 section 10.4), and what of it stands in the access log. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFLATED_LE, EXPLICIT_BE, IMPLICIT_LE } from '../../../src/dicom/transfer-syntaxes.ts';
import { COMPRESSIBLE_TO } from '../../../src/rendering/lossless-syntaxes.ts';
import { store } from '../../support/archive.ts';
import { type Instance, type InstanceOptions, makeInstance, makeStudy } from '../../support/synthetic.ts';
import { type DicomWebServer, partsOf, startDicomWeb } from './dicomweb-server.ts';
import { bytesOf, codeOf, JPEG, storeInstance } from './retrieval.ts';

let server: DicomWebServer;
beforeAll(async () => {
  server = await startDicomWeb();
});
afterAll(() => server.close());

const stored = (options?: InstanceOptions) => storeInstance(server, options);

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

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
