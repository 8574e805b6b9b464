/** Every storable file of the shared set: in by C-STORE, out by C-GET, WADO-RS and the API, byte for byte. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../../src/dicom/data-set.ts';
import { inflateDataSet } from '../../src/dicom/inflate.ts';
import { readPart10Head } from '../../src/dicom/part10.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { transferSyntax } from '../../src/dicom/transfer-syntaxes.ts';
import { isStorableUid } from '../../src/dicom/uid.ts';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../support/appliance.ts';
import { IMPLICIT, identifier, STUDY_ROOT_GET } from '../support/dimse-bytes.ts';
import { DimseClient, status } from '../support/dimse-client.ts';
import { sharedFiles, sharedPath } from '../support/shared-dicom.ts';

interface Sent {
  file: string;
  sopClassUid: string;
  sopInstanceUid: string;
  studyInstanceUid: string;
  transferSyntaxUid: string;
  dataSet: Buffer;
  sha256: string;
}

const shared = sharedFiles();
const AUTHORIZATION = `Basic ${Buffer.from(`admin:${ADMIN_PASSWORD}`).toString('base64')}`;

describe.skipIf(!shared)('every storable file of the shared set', () => {
  let appliance: TestAppliance;
  const sent: Sent[] = [];
  const statuses = new Map<string, number>();

  beforeAll(async () => {
    appliance = await startTestAppliance();
    for (const { file } of shared ?? []) {
      const one = storable(file);
      if (one) sent.push(one);
    }
    for (const one of sent) statuses.set(one.file, await storeOne(appliance, one));
  });

  afterAll(() => appliance?.dispose());

  it('is answered with Success', () => {
    expect(sent.length).toBeGreaterThan(270);
    expect([...statuses].filter(([, given]) => given !== 0)).toEqual([]);
  });

  it('keeps every version: each file that was sent is there byte for byte by the API', async () => {
    for (const one of sent) {
      const list = await versionsOf(appliance, one.sopInstanceUid);
      const version = list.find(({ sha256 }) => sha256 === one.sha256);
      expect(version, one.file).toBeDefined();
      const body = await getBytes(appliance, `/api/instances/${version?.fileId}/file`, '*/*');
      expect(sha256Of(dataSetOf(body)), one.file).toBe(one.sha256);
    }
  });

  it('comes back by C-GET with the bytes of its current version', async () => {
    for (const one of newestOf(sent)) {
      const current = (await versionsOf(appliance, one.sopInstanceUid)).find(({ role }) => role === 'current');
      expect(current, one.file).toBeDefined();
      const { sopClassUid, transferSyntaxUid, studyInstanceUid, sha256 } = current as Version;
      const client = await DimseClient.associate({
        port: appliance.dicomPort,
        callingAe: 'VIEWER',
        contexts: [
          [STUDY_ROOT_GET, [IMPLICIT]],
          [sopClassUid, [transferSyntaxUid]],
        ],
        roles: [[sopClassUid, 0, 1]],
      });
      const keys = { '00080018': one.sopInstanceUid, '00080052': 'IMAGE', '0020000D': studyInstanceUid };
      const { instances } = await client.get(identifier(keys));
      await client.release();
      expect(
        instances.map(({ dataSet }) => sha256Of(dataSet)),
        one.file,
      ).toEqual([sha256]);
    }
  });
});

/** The file as a sender would send it; undefined when it is not storable (no meta group, or a UID is missing or odd). */
function storable(file: string): Sent | undefined {
  const bytes = readFileSync(sharedPath(file));
  const head = readPart10Head(bytes.subarray(0, 4096));
  if (!head) return undefined;
  const { transferSyntaxUid } = head;
  const dataSet = bytes.subarray(head.dataSetOffset);
  try {
    const plain = transferSyntax(transferSyntaxUid)?.deflated ? inflateDataSet(dataSet, 1 << 30) : dataSet;
    const read = readDataSet(plain, transferSyntaxUid, { stopBefore: 0x7fe00010, headOnly: true });
    const [sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid] = [
      0x00080016, 0x00080018, 0x0020000d, 0x0020000e,
    ].map((tag) => text(read, tag)) as [string, string, string, string];
    if (![sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid].every(isStorableUid)) return undefined;
    return {
      file,
      sopClassUid,
      sopInstanceUid,
      studyInstanceUid,
      transferSyntaxUid,
      dataSet,
      sha256: sha256Of(dataSet),
    };
  } catch {
    return undefined;
  }
}

async function storeOne(appliance: TestAppliance, one: Sent): Promise<number> {
  const contexts = [[one.sopClassUid, [one.transferSyntaxUid]]] as const;
  const client = await DimseClient.associate({ port: appliance.dicomPort, callingAe: 'MODALITY', contexts });
  const answer = await client.store(one);
  await client.release();
  return status(answer);
}

/** One file per SOP Instance UID. */
function newestOf(sent: readonly Sent[]): Sent[] {
  return [...new Map(sent.map((one) => [one.sopInstanceUid, one])).values()];
}

interface Version {
  fileId: string;
  role: 'current' | 'prior' | 'attention';
  sha256: string;
  sopClassUid: string;
  transferSyntaxUid: string;
  studyInstanceUid: string;
}

async function versionsOf(appliance: TestAppliance, sopInstanceUid: string): Promise<Version[]> {
  const body = await getBytes(appliance, `/api/instances?SOPInstanceUID=${sopInstanceUid}`, 'application/json');
  return (JSON.parse(body.toString()) as { instances: Version[] }).instances;
}

async function getBytes(appliance: TestAppliance, path: string, accept: string): Promise<Buffer> {
  const response = await fetch(appliance.httpUrl + path, { headers: { accept, authorization: AUTHORIZATION } });
  if (!response.ok) throw new Error(`${response.status} for ${path}`);
  return Buffer.from(await response.arrayBuffer());
}

function dataSetOf(part10: Buffer): Buffer {
  return part10.subarray(readPart10Head(part10.subarray(0, 4096))?.dataSetOffset);
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
