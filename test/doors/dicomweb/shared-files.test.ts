/** Every storable file of the set goes in by STOW-RS and comes back by every way that WADO-RS has. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredInstance } from '../../../src/archive/retrieve.ts';
import { readPart10Head } from '../../../src/dicom/part10.ts';
import { transferSyntax } from '../../../src/dicom/transfer-syntaxes.ts';
import { type SharedFile, sharedFiles, sharedPath } from '../../support/shared-dicom.ts';
import { type DicomJsonObject, type DicomWebServer, partsOf, startDicomWeb, stowBody } from './dicomweb-server.ts';

const files = sharedFiles();

/** Reasons for which an image of the set cannot be shown; everything else must be rendered. */
const NOT_RENDERED: Record<string, RegExp> = {
  'gen/bomb-deflated-256MB.dcm': /too many/,
  'gen/encapsulated-cut.dcm': /no JPEG frame header/,
  'gen/video-h264-mp4.dcm': /a video/,
  'gen/video-mpeg2.dcm': /a video/,
  'odd/3gb-bulk-data-truncated.dcm': /too many/,
  'odd/JPEG2000-embedded-sequence-delimiter.dcm': /components of/,
  'odd/MR_truncated.dcm': /ends before frame 1/,
};

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

interface Stored {
  entry: SharedFile;
  instance: StoredInstance;
  url: string;
}

describe.skipIf(!files)('the set of DICOM files over DICOMweb', () => {
  let server: DicomWebServer;
  const stored: Stored[] = [];

  beforeAll(async () => {
    server = await startDicomWeb();
    const accepted: { entry: SharedFile; uid: string }[] = [];
    for (const entry of files ?? []) {
      const { body, contentType } = stowBody([readFileSync(sharedPath(entry.file))]);
      const response = await fetch(`${server.root}/studies`, {
        method: 'POST',
        headers: { 'content-type': contentType },
        body: new Uint8Array(body),
      });
      const answer = (await response.json()) as DicomJsonObject;
      if (response.status >= 400) continue;
      const [item] = (answer['00081199']?.Value ?? []) as DicomJsonObject[];
      const uid = item?.['00081155']?.Value?.[0] as string;
      accepted.push({ entry, uid });
    }
    for (const { entry, uid } of accepted) {
      const [instance] = await server.archive.retrieve.instances({ sopInstanceUid: uid });
      // Repeated UIDs with other bytes are versions or kept apart; WADO-RS serves the current one.
      if (!instance || sha256(dataSetIn(entry.file)) !== instance.sha256) continue;
      const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = instance;
      const url = `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
      stored.push({ entry, instance, url });
    }
  }, 120_000);
  afterAll(() => server?.close());

  it('stores nearly all of it', () => {
    expect(stored.length).toBeGreaterThan(200);
  });

  it('gives every data set back byte by byte under a clean meta group', async () => {
    for (const { entry, instance, url } of stored) {
      const [part] = await partsOf(
        await server.get(url, { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' }),
      );
      const file = part?.body as Buffer;
      const head = readPart10Head(file);
      expect(head?.transferSyntaxUid, entry.file).toBe(instance.transferSyntaxUid);
      expect(head?.privateInformation, entry.file).toBeUndefined();
      expect(sha256(file.subarray(head?.dataSetOffset)), entry.file).toBe(instance.sha256);
    }
  }, 60_000);

  it('gives metadata whose names agree with what other software reads', async () => {
    for (const { entry, url } of stored) {
      const response = await server.get(`${url}/metadata`, { accept: 'application/dicom+json' });
      const [json] = (await response.json()) as DicomJsonObject[];
      expect(json?.['00080018']?.Value?.[0], entry.file).toBe(entry.SOPInstanceUID);
      if (entry.true_name === undefined && !entry.file.startsWith('gen/')) {
        expect(nameOf(json), entry.file).toBe(normalName(entry.PatientName ?? ''));
      }
    }
  }, 60_000);

  it('gives the frames of native images as they lie in the file', async () => {
    for (const { entry, instance, url } of stored) {
      const syntax = transferSyntax(instance.transferSyntaxUid);
      if (!syntax || syntax.deflated || syntax.encapsulated || syntax.bigEndian) continue;
      const response = await server.get(`${url}/frames/1`, { accept: 'application/octet-stream' });
      if (response.status !== 200) continue;
      const frame = Buffer.from(await response.arrayBuffer());
      expect(dataSetIn(entry.file).includes(frame), entry.file).toBe(true);
    }
  }, 60_000);

  it('gives the frames of compressed images as they lie in the file', async () => {
    for (const { entry, instance, url } of stored) {
      if (!transferSyntax(instance.transferSyntaxUid)?.encapsulated) continue;
      const response = await server.get(`${url}/frames/1`, {
        accept: 'multipart/related; type=application/octet-stream; transfer-syntax=*',
      });
      if (response.status !== 200) {
        expect(response.status, entry.file).toBeLessThan(500);
        continue;
      }
      const [part] = await partsOf(response);
      expect(part?.headers.get('content-type'), entry.file).toContain(`transfer-syntax=${instance.transferSyntaxUid}`);
      // A frame of several fragments is no single piece of the file; its beginning is.
      const beginning = part?.body.subarray(0, 256) ?? Buffer.alloc(0);
      const tiny = beginning.length < 256;
      expect(tiny || dataSetIn(entry.file).includes(beginning), entry.file).toBe(true);
    }
  }, 60_000);

  it('renders every image, or says why not', async () => {
    const refused: Record<string, string> = {};
    for (const { entry, instance, url } of stored) {
      const response = await server.get(`${url}/rendered`, { accept: 'image/jpeg, application/pdf' });
      if (response.status === 200) {
        await response.arrayBuffer();
        continue;
      }
      const problem = (await response.json()) as { code: string; detail: string };
      expect(['NOT_RENDERABLE', 'PIXEL_DATA_DAMAGED', 'DATA_SET_DAMAGED'], entry.file).toContain(problem.code);
      if (instance.rows !== null && !/has no pixels/.test(problem.detail)) refused[entry.file] = problem.detail;
    }
    for (const [file, detail] of Object.entries(refused)) expect(detail, file).toMatch(NOT_RENDERED[file] ?? /^never$/);
  }, 120_000);
});

function dataSetIn(file: string): Buffer {
  const bytes = readFileSync(sharedPath(file));
  return bytes.subarray(readPart10Head(bytes)?.dataSetOffset ?? 0);
}

function nameOf(json: DicomJsonObject | undefined): string {
  const [name] = (json?.['00100010']?.Value ?? []) as Record<string, string>[];
  return normalName([name?.Alphabetic, name?.Ideographic, name?.Phonetic].map((group) => group ?? '').join('='));
}

function normalName(text: string): string {
  return text
    .split('=')
    .map((group) => group.replace(/[\^ ]+$/, ''))
    .join('=')
    .replace(/=+$/, '');
}
