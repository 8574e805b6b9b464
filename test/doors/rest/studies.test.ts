import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPart10Head } from '../../../src/dicom/part10.ts';
import { CT1, store, UNKNOWN } from '../../support/archive.ts';
import { makeInstance, makeStudy } from '../../support/synthetic.ts';
import { type RestDoor, startRestDoor } from './rest-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const HONG = 'Hong^Gildong=洪^吉洞=홍^길동';
let door: RestDoor;
const hong = makeStudy(2, 2, {
  patientName: HONG,
  patientId: 'P-1',
  accessionNumber: 'A-1',
  studyDate: '20260301',
  modality: 'CT',
  rows: 64,
  columns: 64,
});
const kim = makeInstance({
  patientName: 'Kim^Cheolsu=金^哲洙=김^철수',
  patientId: 'P-2',
  accessionNumber: 'A-2',
  studyDate: '20260302',
  modality: 'US',
});
const kimAgain = makeInstance({
  patientName: 'Kim^Cheolsu=金^哲洙=김^철수',
  patientId: 'P-2',
  accessionNumber: 'A-3',
  studyDate: '20260303',
  modality: 'US',
});

beforeAll(async () => {
  door = await startRestDoor();
  for (const instance of [...hong, kim, kimAgain]) await store(door.archive, instance);
});
afterAll(() => door.close());

interface Page {
  rows: { id: number; patientId: string; studyInstanceUid: string }[];
  after: string | null;
  head: { epoch: string; seq: number };
}

async function search(body: object): Promise<Page> {
  const answer = await door.as('viewer', '/api/studies/search', { method: 'POST', body });
  expect(answer.status).toBe(200);
  return answer.json() as unknown as Page;
}

describe('the worklist', () => {
  it('shows what a row needs, newest first, and where the change log stood', async () => {
    const { rows, head } = await search({});
    expect(rows.map(({ patientId }) => patientId)).toEqual(['P-2', 'P-2', 'P-1']);
    expect(rows[2]).toMatchObject({
      studyInstanceUid: hong[0]?.studyInstanceUid,
      patientName: { alphabetic: 'Hong^Gildong', ideographic: '洪^吉洞', phonetic: '홍^길동' },
      studyDate: '20260301',
      accessionNumber: 'A-1',
      modalities: ['CT'],
      seriesCount: 2,
      instanceCount: 4,
    });
    expect(rows[2]).not.toHaveProperty('receiveSequence');
    expect(head).toEqual({ epoch: expect.any(String), seq: 6 });
  });

  it.each([
    [{ text: '홍길동' }, 1],
    [{ text: 'ㅎㄱㄷ' }, 1],
    [{ text: 'gildong' }, 1],
    [{ text: 'P-2' }, 2],
    [{ text: '%' }, 0],
    [{ text: "' OR 1=1 --" }, 0],
    [{ from: '20260302' }, 2],
    [{ from: '2026-03-01', to: '2026.03.02' }, 2],
    [{ modalities: ['CT', 'MR'] }, 1],
  ])('finds by %j', async (body, count) => {
    expect((await search(body)).rows).toHaveLength(count);
  });

  it('comes in pages that do not overlap', async () => {
    const first = await search({ limit: 2 });
    const second = await search({ limit: 2, after: first.after as string });
    expect(second.after).toBeNull();
    expect(new Set([...first.rows, ...second.rows].map(({ id }) => id)).size).toBe(3);
  });

  it.each([
    { limit: 0 },
    { limit: 100_000 },
    { from: 'today' },
    { after: 'nonsense' },
    { after: Buffer.from('{}').toString('base64url') },
    { text: 'x'.repeat(1000) },
    { patient: 'x' },
  ])('refuses %j', async (body) => {
    expect((await door.as('viewer', '/api/studies/search', { method: 'POST', body })).status).toBe(400);
  });

  it('has one study with its series', async () => {
    const [row] = (await search({ text: 'P-1' })).rows;
    const answer = await door.as('viewer', `/api/studies/${row?.id}`);
    expect(answer.json()).toMatchObject({
      patientId: 'P-1',
      series: [{ modality: 'CT', instanceCount: 2 }, { number: '2' }],
    });
    expect((await door.as('viewer', '/api/studies/999999')).status).toBe(404);
    expect((await door.as('viewer', '/api/studies/x')).status).toBe(400);
  });

  it('has a small picture of each study that nobody keeps', async () => {
    const [row] = (await search({ text: 'P-1' })).rows;
    const answer = await door.as('viewer', `/api/studies/${row?.id}/thumbnail`);
    expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      200,
      'image/jpeg',
      'no-store',
    ]);
  });

  it('is on record when somebody searches, without what was typed', async () => {
    await search({ text: '홍길동' });
    expect((await door.accessLog())[0]).toEqual(['viewer', 'query', '', '', 'worklist text: 1']);
  });
});

describe('a link of the EMR', () => {
  it('to one study leads to the viewer', async () => {
    const answer = await door.as('viewer', '/open?accession=A-1');
    expect([answer.status, answer.headers.location]).toEqual([
      302,
      `/viewer/viewer?StudyInstanceUIDs=${hong[0]?.studyInstanceUid}`,
    ]);
    expect((await door.accessLog())[0]).toEqual(['viewer', 'query', 'P-1', '', 'open: 1']);
  });

  it('to a patient with several studies leads to the list, with nothing in the part that is sent', async () => {
    expect((await door.as('viewer', '/open?patientId=P-2')).headers.location).toBe('/#find=P-2');
    expect((await door.as('viewer', '/open?patientId=P-2&date=2026-03-02')).headers.location).toMatch(
      /^\/viewer\/viewer\?/,
    );
  });

  it.each([
    ['/open?accession=NONE', 404, '검사를 찾을 수 없습니다'],
    ['/open', 400, '주소가 올바르지 않습니다'],
    ['/open?accession=&patientId=', 400, '주소가 올바르지 않습니다'],
    ['/open?accession=%3Cscript%3E', 404, '검사를 찾을 수 없습니다'],
    ['/open?accession=*', 404, '검사를 찾을 수 없습니다'],
  ])('%s gets a page in Korean', async (path, status, title) => {
    const answer = await door.as('viewer', path);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(answer.body).toContain(`<h1>${title}</h1>`);
    expect(answer.body).toContain('<p lang="en">');
    expect(answer.body).not.toContain('<script');
  });
});

describe('the files of an instance', () => {
  const first = makeInstance({ patientId: 'P-3', patientName: 'Park^A' });
  const same = {
    sopInstanceUid: first.sopInstanceUid,
    studyInstanceUid: first.studyInstanceUid,
    seriesInstanceUid: first.seriesInstanceUid,
  };
  const newer = makeInstance({ ...same, patientId: 'P-3', patientName: 'Park^A', seriesDescription: 'newer' });
  const foreign = makeInstance({ ...same, patientId: 'P-9', patientName: 'Other^B' });

  beforeAll(async () => {
    expect(await store(door.archive, first, CT1)).toMatchObject({ kind: 'stored' });
    expect(await store(door.archive, newer, CT1)).toMatchObject({ kind: 'new-version' });
    expect(await store(door.archive, foreign, UNKNOWN)).toMatchObject({ kind: 'needs-attention' });
  });

  async function versions() {
    const answer = await door.as('viewer', `/api/instances?SOPInstanceUID=${first.sopInstanceUid}`);
    return answer.json().instances as { fileId: string; role: string; sha256: string; bytes: number }[];
  }

  it('are listed with their roles and hashes', async () => {
    expect((await versions()).map(({ role, sha256 }) => [role, sha256])).toEqual([
      ['prior', first.sha256],
      ['current', newer.sha256],
      ['attention', foreign.sha256],
    ]);
  });

  it('come back as Part 10 files with untouched data sets, whatever their role', async () => {
    for (const { fileId, sha256, bytes } of await versions()) {
      const response = await fetch(`${door.origin}/api/instances/${fileId}/file`, {
        headers: { Cookie: await door.cookie('viewer') },
      });
      expect(response.headers.get('content-type')).toBe('application/dicom');
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${fileId}.dcm"`);
      const file = Buffer.from(await response.arrayBuffer());
      const head = readPart10Head(file);
      expect(head).toMatchObject({ sopInstanceUid: first.sopInstanceUid, transferSyntaxUid: first.transferSyntaxUid });
      expect(head?.privateInformation).toBeUndefined();
      const dataSet = file.subarray(head?.dataSetOffset);
      expect(dataSet.length).toBe(bytes);
      expect(createHash('sha256').update(dataSet).digest('hex')).toBe(sha256);
    }
  });

  it('are on record, each download', async () => {
    const [{ fileId } = { fileId: '' }] = await versions();
    await door.as('viewer', `/api/instances/${fileId}/file`);
    expect((await door.accessLog())[0]).toEqual([
      'viewer',
      'download',
      'P-3',
      first.studyInstanceUid,
      `prior ${fileId}`,
    ]);
  });

  it.each(['20260101-0000-1', '..%2F..%2Fconfig.json', '%00', "x'%20OR%201=1"])('are not found by %s', async (id) => {
    expect((await door.as('viewer', `/api/instances/${id}/file`)).status).toBe(404);
  });

  it('that need attention are shown with whose image stays', async () => {
    const { instances, sharedStudies } = (await door.as('viewer', '/api/attention')).json();
    expect(instances).toMatchObject([
      { patientId: 'P-9', patientName: { alphabetic: 'Other^B' }, callingAe: 'NEW', current: { patientId: 'P-3' } },
    ]);
    expect(sharedStudies).toEqual([]);
  });
});

describe('what staff should look at', () => {
  it('holds a Study Instance UID under two patients', async () => {
    const one = makeInstance({ patientId: 'P-4', patientName: 'One^X' });
    const two = makeInstance({ patientId: 'P-5', patientName: 'Two^Y', studyInstanceUid: one.studyInstanceUid });
    for (const instance of [one, two]) await store(door.archive, instance);
    const { sharedStudies } = (await door.as('viewer', '/api/attention')).json();
    expect(sharedStudies).toMatchObject([
      { studyInstanceUid: one.studyInstanceUid, studies: [{ patientId: 'P-4' }, { patientId: 'P-5' }] },
    ]);
  });

  it('holds quarantined bytes, which come back as they were received', async () => {
    const broken = Buffer.from('this is no data set at all, whatever the sender says');
    const reception = door.archive.receive.begin({ origin: UNKNOWN, ...kim, sopInstanceUid: '1.2.3' });
    reception.write(Buffer.from(broken));
    expect(await reception.end()).toMatchObject({ kind: 'failed' });
    const { quarantine } = (await door.as('viewer', '/api/attention')).json() as {
      quarantine: { id: string; sha256: string }[];
    };
    expect(quarantine).toMatchObject([
      { code: 'DATA_SET_UNREADABLE', message: { ko: expect.any(String) }, size: broken.length, callingAe: 'NEW' },
    ]);
    const response = await fetch(`${door.origin}/api/quarantine/${quarantine[0]?.id}/file`, {
      headers: { Cookie: await door.cookie('viewer') },
    });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(broken);
    expect((await door.as('viewer', '/api/quarantine/999/file')).status).toBe(404);
  });
});
