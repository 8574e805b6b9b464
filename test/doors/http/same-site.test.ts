import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { basic, type HttpDoor, PASSWORD, startHttpDoor } from './http-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let door: HttpDoor;
beforeAll(async () => {
  door = await startHttpDoor({}, { allowedHosts: ['pacs.clinic.kr'] });
});
afterAll(() => door.close());

describe('a request of another site', () => {
  const change = async (headers: Record<string, string>) =>
    door.ask('/api/backup/run', { method: 'POST', headers: { Cookie: await door.cookieOf('director'), ...headers } });

  it.each([
    ['from a foreign site', { Origin: 'https://evil.example' }],
    ['from a sandboxed frame', { Origin: 'null' }],
    ['from a port beside ours', { Origin: 'http://127.0.0.1:1' }],
    ['with an origin that only begins like ours', { Origin: 'http://127.0.0.1.evil.example' }],
    ['that hides its origin', {}],
    ['that a browser marks as cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['that a browser marks as same-site', { 'Sec-Fetch-Site': 'same-site' }],
    ['with a broken origin', { Origin: '::::' }],
  ])('%s changes nothing', async (_how, headers: Record<string, string>) => {
    const answer = await change(headers);
    expect(answer.status).toBe(403);
    expect(answer.json().code).toBe('ORIGIN_REFUSED');
  });

  it('is refused with HTTP Basic too, which browsers attach by themselves', async () => {
    const headers = { Authorization: basic('director', PASSWORD), Origin: 'https://evil.example' };
    expect((await door.ask('/api/backup/run', { method: 'POST', headers })).status).toBe(403);
  });

  it('cannot log anybody in', async () => {
    const answer = await door.ask('/api/login', {
      method: 'POST',
      headers: { Origin: 'https://evil.example' },
      body: '{}',
    });
    expect(answer.status).toBe(403);
  });

  it('cannot be a form, whatever it pretends to hold', async () => {
    const origin = `http://127.0.0.1:${door.port}`;
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const headers = { Origin: origin, 'Content-Type': type };
      const answer = await door.ask('/api/login', { method: 'POST', headers, body: '{"name":"a","password":"b"}' });
      expect(answer.status).toBe(415);
    }
  });
});

describe('a request of our own', () => {
  it.each([
    ['from our page', (port: number) => ({ Origin: `http://127.0.0.1:${port}`, 'Sec-Fetch-Site': 'same-origin' })],
    ['by a name of ours', (port: number) => ({ Origin: `http://localhost:${port}`, Host: `localhost:${port}` })],
    ['behind a proxy that speaks HTTPS', () => ({ Origin: 'https://pacs.clinic.kr', Host: 'pacs.clinic.kr' })],
  ])('%s is served', async (_how, headersOf) => {
    const headers = { ...headersOf(door.port), Cookie: await door.cookieOf('director') } as unknown as Record<
      string,
      string
    >;
    expect((await door.ask('/api/backup/run', { method: 'POST', headers })).status).toBe(200);
  });

  it('from a program with HTTP Basic needs no origin', async () => {
    const headers = { Authorization: basic('director', PASSWORD) };
    expect((await door.ask('/dicom-web/studies', { method: 'POST', headers })).status).toBe(200);
  });
});

describe('the Host header', () => {
  const status = async (host: string) => (await door.ask('/healthz', { headers: { Host: host } })).status;

  it.each([
    'localhost',
    'LOCALHOST:8080',
    'localhost.:8080',
    '127.0.0.1:1234',
    '192.168.0.20',
    '10.1.2.3:8080',
    '172.16.0.1',
    '[::1]:8080',
    '[fe80::1]',
    'pacs.clinic.kr',
    'Pacs.Clinic.KR:443',
    hostname(),
    `${hostname()}.local`,
  ])('%s is ours', async (host) => expect(await status(host)).toBe(200));

  it.each([
    'evil.example',
    'evil.example:8080',
    'pacs.clinic.kr.evil.example',
    '8.8.8.8',
    '[2001:db8::1]',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'localhost:x',
    'a b',
  ])('%s is not', async (host) => expect(await status(host)).toBe(421));

  it('of others gets a sentence that says what to do', async () => {
    const answer = await door.ask('/', { headers: { Host: 'evil.example' } });
    expect(answer.json()).toMatchObject({
      code: 'HOST_REFUSED',
      message: { ko: expect.stringContaining('allowedHosts') },
    });
  });
});
