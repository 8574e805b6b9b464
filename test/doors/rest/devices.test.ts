/** Devices by the API on the whole appliance: an approval counts for the very next connection. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { store } from '../../support/archive.ts';
import { IMPLICIT, identifier, STUDY_ROOT_FIND, VERIFICATION } from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';
import { makeInstance } from '../../support/synthetic.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let appliance: TestAppliance;
let cookie: string;

beforeAll(async () => {
  appliance = await startTestAppliance({ config: { devices: [], dicom: { unknownDevices: 'store' } } });
  await store(appliance.archive, makeInstance({ patientId: 'P-1' }));
  const answer = await call('POST', '/api/login', { name: 'admin', password: ADMIN_PASSWORD });
  cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
});
afterAll(() => appliance.dispose());

function call(method: string, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { Origin: appliance.httpUrl, Cookie: cookie ?? '' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return fetch(appliance.httpUrl + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await call(method, path, body);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return answer.json() as Promise<T>;
}

interface View {
  id: number;
  code: string;
  callingAe: string;
  approvable: boolean;
  contexts: { abstractSyntax: { name: string }; result: number }[];
  message: { ko: string };
}
const attempts = async (query = '') => (await json<{ attempts: View[] }>('GET', `/api/attempts${query}`)).attempts;

/** What a viewer does: the number of studies that it finds, or the result of its presentation context. */
async function find(callingAe: string): Promise<string> {
  const contexts = [[STUDY_ROOT_FIND, [IMPLICIT]]] as const;
  const client = await DimseClient.associate({ port: appliance.dicomPort, callingAe, contexts });
  try {
    if (client.accepted.results.get(1) !== 0) return `context ${client.accepted.results.get(1)}`;
    const { dataSets } = await client.find(identifier({ '00080052': 'STUDY', '0020000D': '' }));
    return `${dataSets.length} found`;
  } finally {
    await client.release();
  }
}

describe('approving a device from its attempt', () => {
  it('makes the very same command succeed, without a restart and after one', async () => {
    expect(await find('RADIANT')).toBe('context 1');
    await expect.poll(async () => (await attempts('?failed=true'))[0]?.callingAe).toBe('RADIANT');
    const [attempt] = await attempts();
    expect(attempt).toMatchObject({
      code: 'not-permitted',
      approvable: true,
      message: { ko: expect.stringMatching(/허용되지 않은/) },
      contexts: [{ abstractSyntax: { name: expect.stringMatching(/FIND/) }, result: 1 }],
    });
    const approval = { name: '판독실', may: ['query', 'retrieve'] };
    const device = await json('POST', `/api/attempts/${attempt?.id}/approve`, approval);
    expect(device).toMatchObject({ id: 'RADIANT@127.0.0.1', name: '판독실', may: ['query', 'retrieve'], port: null });
    expect(await find('RADIANT')).toBe('1 found');
    expect(await attempts('?failed=true')).toEqual([]);
    appliance = await appliance.restart();
    expect(await find('RADIANT')).toBe('1 found');
  });

  it('gives an approved device what it lacks, and leaves what it has', async () => {
    await json('POST', '/api/devices', { name: 'CT', aeTitle: 'CT1', host: '127.0.0.1', may: ['store'] });
    expect(await find('CT1')).toBe('context 1');
    await expect.poll(async () => (await attempts())[0]?.code).toBe('not-permitted');
    const [attempt] = await attempts();
    const device = await json('POST', `/api/attempts/${attempt?.id}/approve`, { name: 'CT', may: ['query'] });
    expect(device).toMatchObject({ id: 'CT1@127.0.0.1', may: ['store', 'query'] });
    expect(await find('CT1')).toBe('1 found');
  });

  it('is refused for what no approval puts right', async () => {
    const client = await DimseClient.associate({
      port: appliance.dicomPort,
      callingAe: '',
      contexts: [[VERIFICATION, [IMPLICIT]]],
    });
    await client.release();
    await expect.poll(async () => (await attempts())[0]?.code).toBe('blank-ae');
    const [attempt] = await attempts();
    expect((await call('POST', `/api/attempts/${attempt?.id}/approve`, { name: 'x' })).status).toBe(400);
    expect((await call('POST', '/api/attempts/99999/approve', { name: 'x' })).status).toBe(404);
  });
});

describe('devices', () => {
  const given = { name: 'DX', aeTitle: 'DX1', host: '127.0.0.1', port: 1, may: ['store'] };

  it('are added, changed, tested and removed, and every change is on record', async () => {
    await json('POST', '/api/devices', given);
    await json('PUT', '/api/devices/DX1@127.0.0.1', { ...given, aeTitle: 'DX 2', port: appliance.dicomPort });
    expect(await json('POST', '/api/devices/DX%202@127.0.0.1/test')).toMatchObject({ kind: 'answered' });
    await json('PUT', '/api/devices/DX%202@127.0.0.1', { ...given, tls: 'only' });
    expect(await json('POST', '/api/devices/DX1@127.0.0.1/test')).toMatchObject({ kind: 'unreachable' });
    const { devices } = await json<{ devices: { aeTitle: string }[] }>('GET', '/api/devices');
    expect(devices.at(-1)).toEqual({ id: 'DX1@127.0.0.1', ...given, tls: 'only' });
    await json('DELETE', '/api/devices/DX1@127.0.0.1');
    expect((await call('DELETE', '/api/devices/DX1@127.0.0.1')).status).toBe(404);
    const { rows } = await json<{ rows: Record<string, string>[] }>('GET', '/api/access-log?limit=100');
    const actions = rows
      .filter(({ action }) => action?.startsWith('device.'))
      .map(({ who, action, detail }) => [who, action, detail]);
    expect(actions.slice(0, 4)).toEqual([
      ['admin', 'device.remove', 'DX1@127.0.0.1'],
      ['admin', 'device.change', 'DX 2@127.0.0.1'],
      ['admin', 'device.change', 'DX1@127.0.0.1'],
      ['admin', 'device.create', 'DX1@127.0.0.1'],
    ]);
    expect(actions.map(([, action]) => action)).toContain('device.approve');
  });

  it('that are not right are refused with a sentence for each field', async () => {
    const answer = await call('POST', '/api/devices', {
      ...given,
      name: '',
      aeTitle: 'MUCH TOO LONG A TITLE',
      may: ['fly'],
    });
    expect(answer.status).toBe(422);
    const { code, errors } = (await answer.json()) as { code: string; errors: Record<string, { ko: string }> };
    expect(code).toBe('CONFIG_INVALID');
    expect(Object.keys(errors).toSorted()).toEqual(['aeTitle', 'may[0]', 'name']);
    expect(errors.aeTitle?.ko).toMatch(/1~16자/);
  });

  it('are told of to open pages', async () => {
    const control = new AbortController();
    const stream = await fetch(`${appliance.httpUrl}/api/events`, {
      headers: { Cookie: cookie },
      signal: control.signal,
    });
    let text = '';
    const reading = (async () => {
      for await (const chunk of stream.body as ReadableStream<Uint8Array>) text += Buffer.from(chunk).toString();
    })().catch(() => undefined);
    await find('CT1');
    await expect.poll(() => text).toContain('event: attempts');
    control.abort();
    await reading;
  });
});
