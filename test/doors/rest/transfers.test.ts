/** Studies sent to another appliance, found there, and fetched back: two real appliances and their API. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readAccessLog } from '../../../src/audit/access-log.ts';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { store } from '../../support/archive.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { type Instance, makeStudy } from '../../support/synthetic.ts';

interface Transfer {
  id: number;
  state: string;
  total: number;
  completed: number;
  failed: number;
  failures: { sopInstanceUid: string; why: string | null }[];
  detail: string;
}

const AUTHORIZATION = `Basic ${Buffer.from(`admin:${ADMIN_PASSWORD}`).toString('base64')}`;
const HANGS = encodeURIComponent('HANGS@127.0.0.1');
const HOSPITAL = encodeURIComponent('HOSPITAL@127.0.0.1');

vi.setConfig({ hookTimeout: 60_000 });

let clinic: TestAppliance;
/** Takes every request and says nothing more. */
let hanging: Receiver;
let hospital: TestAppliance;
let ours: Instance[];
let theirs: Instance[];

beforeAll(async () => {
  hospital = await startTestAppliance({ config: { dicom: { aeTitle: 'HOSPITAL' }, devices: [] } });
  const may = ['store', 'query', 'retrieve'];
  const device = { host: '127.0.0.1', may };
  const known = { ...device, name: '큰 병원', aeTitle: 'HOSPITAL', port: hospital.dicomPort };
  hanging = await startReceiver({ answer: () => null });
  const hangs = { ...device, name: '멈춤', aeTitle: 'HANGS', port: hanging.port };
  const off = { ...device, name: '꺼짐', aeTitle: 'OFF', port: 1 };
  clinic = await startTestAppliance({ config: { dicom: { aeTitle: 'CLINIC' }, devices: [known, off, hangs] } });
  const us = { name: '의원', aeTitle: 'CLINIC', host: '127.0.0.1', port: clinic.dicomPort, may };
  expect((await ask(hospital, 'POST', '/api/devices', us)).status).toBe(200);
  ours = makeStudy(1, 4, { pixelBytes: 50_000, patientId: 'OURS', patientName: 'Kim^Ours' });
  theirs = makeStudy(2, 3, {
    pixelBytes: 50_000,
    patientId: 'THEIRS',
    patientName: 'Hong^Gildong=洪^吉洞=홍^길동',
    charset: ['', 'ISO 2022 IR 149'],
  });
  for (const instance of ours) await store(clinic.archive, instance);
  for (const instance of theirs) await store(hospital.archive, instance);
});

afterAll(async () => {
  await clinic.dispose();
  await hospital.dispose();
  await hanging.close();
});

function ask(appliance: TestAppliance, method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { Authorization: AUTHORIZATION, Origin: appliance.httpUrl, 'Content-Type': 'application/json' };
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(`${appliance.httpUrl}${path}`, { method, headers, ...json });
}

/** The transfer when it is over. */
async function over(started: Response): Promise<Transfer> {
  expect(started.status).toBe(200);
  const { id } = (await started.json()) as Transfer;
  let transfer: Transfer | undefined;
  await expect
    .poll(
      async () => {
        transfer = (await (await ask(clinic, 'GET', `/api/transfers/${id}`)).json()) as Transfer;
        return transfer.state;
      },
      { timeout: 20_000 },
    )
    .not.toMatch(/waiting|running/);
  return transfer as Transfer;
}

const hashes = async (appliance: TestAppliance, [first]: Instance[]) =>
  (await appliance.archive.retrieve.instances({ studyInstanceUid: first?.studyInstanceUid as string })).map(
    ({ sha256 }) => sha256,
  );

async function studyId(): Promise<number> {
  const found = await ask(clinic, 'POST', '/api/studies/search', { text: 'OURS' });
  return ((await found.json()) as { rows: { id: number }[] }).rows[0]?.id as number;
}

describe('sending a study', () => {
  it('brings it to the device, with every image accounted for', async () => {
    const sent = await over(
      await ask(clinic, 'POST', '/api/send', { studyId: await studyId(), device: 'HOSPITAL@127.0.0.1' }),
    );
    expect(sent).toMatchObject({ state: 'done', total: 4, completed: 4, failed: 0, failures: [] });
    expect(await hashes(hospital, ours)).toEqual(ours.map(({ sha256 }) => sha256));
  });

  it('to a device that is not there fails, and says which images did not arrive', async () => {
    const sent = await over(
      await ask(clinic, 'POST', '/api/send', { studyId: await studyId(), device: 'OFF@127.0.0.1' }),
    );
    expect(sent).toMatchObject({ state: 'failed', total: 4, completed: 0, failed: 4 });
    expect(sent.failures.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(
      ours.map(({ sopInstanceUid }) => sopInstanceUid),
    );
    expect(sent.detail).toMatch(/^unreachable: /);
  });

  it('to nobody, or of nothing, is refused', async () => {
    const id = await studyId();
    expect((await ask(clinic, 'POST', '/api/send', { studyId: id, device: 'X@1.2.3.4' })).status).toBe(404);
    expect((await ask(clinic, 'POST', '/api/send', { studyId: 99_999, device: 'OFF@127.0.0.1' })).status).toBe(404);
    expect((await ask(clinic, 'GET', '/api/transfers/99999')).status).toBe(404);
  });
});

describe('stopping', () => {
  it.each([
    ['/api/send', async () => ({ studyId: await studyId(), device: 'HANGS@127.0.0.1' })],
    [`/api/devices/${HANGS}/fetch`, () => ({ studyInstanceUid: '1.2.3', by: 'move' })],
    [`/api/devices/${HANGS}/fetch`, () => ({ studyInstanceUid: '1.2.3', by: 'get' })],
  ] as const)('%s ends although the device neither answers nor heeds C-CANCEL', async (path, body) => {
    const started = await ask(clinic, 'POST', path, await body());
    const { id } = (await started.clone().json()) as Transfer;
    await expect.poll(() => hanging.stores.length).toBeGreaterThan(0);
    expect((await ask(clinic, 'POST', `/api/transfers/${id}/stop`)).status).toBe(200);
    expect((await over(started)).state).toBe('stopped');
    await expect.poll(hanging.open).toBe(0);
    hanging.behave({ answer: () => null });
  });
});

describe('another PACS', () => {
  const search = (body: object, device = HOSPITAL) => ask(clinic, 'POST', `/api/devices/${device}/search`, body);

  it.each([{ patientId: 'THEIRS' }, { patientName: '홍^길동' }, { patientName: 'Hong*' }])(
    'is asked by %j',
    async (key) => {
      const answer = await search(key);
      expect(await answer.json()).toMatchObject({
        complete: true,
        studies: [{ studyInstanceUid: theirs[0]?.studyInstanceUid, patientId: 'THEIRS', instanceCount: 6 }],
      });
    },
  );

  it('is not asked for everything; one that is not there is said to be so', async () => {
    expect((await search({})).status).toBe(400);
    expect((await search({ patientId: 'X' }, encodeURIComponent('OFF@127.0.0.1'))).status).toBe(502);
  });

  it.each(['move', 'get'])('gives a study by %s', async (by) => {
    const study = by === 'move' ? theirs : makeStudy(1, 2, { pixelBytes: 70_000, patientId: 'BY-GET' });
    if (by === 'get') for (const instance of study) await store(hospital.archive, instance);
    const [first] = study as [Instance];
    const body = { studyInstanceUid: first.studyInstanceUid, by };
    const fetched = await over(await ask(clinic, 'POST', `/api/devices/${HOSPITAL}/fetch`, body));
    expect(fetched).toMatchObject({ state: 'done', total: study.length, completed: study.length, failed: 0 });
    expect(await hashes(clinic, study)).toEqual(study.map(({ sha256 }) => sha256));
  });

  it('is on record: who asked, sent and fetched', async () => {
    await clinic.audit.flush();
    const { rows } = await readAccessLog(clinic.archive.database, { limit: 200 });
    const by = (action: string) => rows.filter((row) => row.action === action && row.who === 'admin');
    expect(by('send').map(({ detail }) => detail)).toContain('to HOSPITAL@127.0.0.1');
    expect(by('retrieve').map(({ detail }) => detail)).toContain('from HOSPITAL@127.0.0.1 (C-MOVE)');
    expect(by('query').map(({ detail }) => detail)).toContain('at HOSPITAL@127.0.0.1 by patientId: 1');
  });
});
