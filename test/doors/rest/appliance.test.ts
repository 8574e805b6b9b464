import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyAccessLog } from '../../../src/audit/access-log.ts';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { store } from '../../support/archive.ts';
import { makeInstance } from '../../support/synthetic.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let appliance: TestAppliance;
const hong = makeInstance({ patientName: 'Hong^Gildong=洪^吉洞=홍^길동', patientId: 'P-1' });

beforeAll(async () => {
  appliance = await startTestAppliance();
  await store(appliance.archive, hong);
});
afterAll(() => appliance.dispose());

async function logIn(): Promise<string> {
  const response = await fetch(`${appliance.httpUrl}/api/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: appliance.httpUrl },
    body: JSON.stringify({ name: 'admin', password: ADMIN_PASSWORD }),
  });
  expect(response.status).toBe(200);
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

const get = (path: string, headers: Record<string, string>) => fetch(appliance.httpUrl + path, { headers });
const rows = async (cookie: string) =>
  ((await (await get('/api/access-log?limit=500', { Cookie: cookie })).json()) as { rows: Record<string, string>[] })
    .rows;

describe('the whole appliance', () => {
  it('writes into one log who logged in and opened what, whichever way they came', async () => {
    const cookie = await logIn();
    const study = `/dicom-web/studies/${hong.studyInstanceUid}`;
    for (let i = 0; i < 3; i++) expect((await get(`${study}/metadata`, { Cookie: cookie })).status).toBe(200);
    const basic = `Basic ${Buffer.from(`admin:${ADMIN_PASSWORD}`).toString('base64')}`;
    expect((await get('/dicom-web/studies?PatientID=P-1', { Authorization: basic })).status).toBe(200);
    const seen = await rows(cookie);
    const opened = seen.filter(({ action }) => action === 'study.open');
    expect(opened).toMatchObject([
      { who: 'admin', patientId: 'P-1', studyInstanceUid: hong.studyInstanceUid, from: '127.0.0.1' },
    ]);
    expect(seen.filter(({ action }) => action === 'login').map(({ door }) => door)).toEqual(['dicomweb', 'web']);
    expect(seen.find(({ action, door }) => action === 'query' && door === 'dicomweb')).toBeDefined();
  });

  it('knows its people and its access log after the index is lost, and nobody has to log in again', async () => {
    const cookie = await logIn();
    const before = await rows(cookie);
    await appliance.close();
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(appliance.dataDir, `index.sqlite${suffix}`), { force: true });
    appliance = await appliance.restart();
    const after = await rows(cookie);
    expect(after.slice(-before.length)).toEqual(before);
    expect((await verifyAccessLog(appliance.archive.database)).broken).toBeUndefined();
    await appliance.archive.rebuilt();
    const found = await fetch(`${appliance.httpUrl}/api/studies/search`, {
      method: 'POST',
      headers: { Cookie: cookie, Origin: appliance.httpUrl, 'Content-Type': 'application/json' },
      body: JSON.stringify({ text: 'ㅎㄱㄷ' }),
    });
    expect(((await found.json()) as { rows: unknown[] }).rows).toHaveLength(1);
  });

  it('shows nothing of a patient without a login', async () => {
    const paths = [
      '/dicom-web/studies',
      `/dicom-web/studies/${hong.studyInstanceUid}/metadata`,
      '/api/status',
      '/api/attention',
      `/api/instances?SOPInstanceUID=${hong.sopInstanceUid}`,
      '/wado?requestType=WADO',
      '/healthz',
      '/api/session',
    ];
    for (const path of paths) {
      const text = await (await get(path, {})).text();
      expect(text).not.toMatch(/Hong|홍|P-1/);
    }
  });
});
