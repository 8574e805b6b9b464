/** The pages by HTTPS, with certificates of the appliance's own authority. */
import { X509Certificate } from 'node:crypto';
import { type RequestOptions, request } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../../support/appliance.ts';

let appliance: TestAppliance;
beforeAll(async () => {
  appliance = await startTestAppliance({ config: { http: { httpsPort: 0 } } });
});
afterAll(() => appliance.dispose());

interface Asked extends RequestOptions {
  body?: string;
}

function ask(
  path: string,
  { body, ...options }: Asked = {},
): Promise<{ status: number; cookie: string; text: string }> {
  const given = {
    host: '127.0.0.1',
    port: appliance.httpsPort,
    path,
    ca: appliance.certificates.authority,
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ ...given, ...options } as RequestOptions, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      const [cookie = ''] = response.headers['set-cookie'] ?? [];
      response.on('end', () => resolve({ status: response.statusCode ?? 0, cookie, text }));
    });
    sent.on('error', reject).end(body);
  });
}

function logIn() {
  const origin = `https://127.0.0.1:${appliance.httpsPort}`;
  const headers = { 'Content-Type': 'application/json', Origin: origin };
  const body = JSON.stringify({ name: 'admin', password: ADMIN_PASSWORD });
  return ask('/api/login', { method: 'POST', headers, body });
}

describe('HTTPS', () => {
  it('serves whoever has installed the authority, and proves its address to them', async () => {
    expect(await ask('/healthz')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    await expect(ask('/healthz', { ca: [] })).rejects.toThrow();
    await expect(ask('/healthz', { servername: 'bank.example.com' })).rejects.toThrow(/altnames/);
  });

  it('gives a session that lives by HTTPS only, and takes none that was made without it', async () => {
    const { status, cookie } = await logIn();
    expect(status).toBe(200);
    expect(cookie).toMatch(/^__Host-clinicpacs_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    const [pair = ''] = cookie.split(';');
    const token = pair.split('=')[1];
    const signedIn = async (Cookie: string) => (await ask('/api/status', { headers: { Cookie } })).status;
    expect([await signedIn(pair), await signedIn(`clinicpacs_session=${token}`)]).toEqual([200, 401]);
    const plain = await fetch(`${appliance.httpUrl}/api/status`, { headers: { Cookie: pair } });
    expect(plain.status).toBe(401);
  });

  it('refuses what another site sends', async () => {
    const { cookie } = await logIn();
    const headers = { Cookie: cookie.split(';')[0], Origin: 'https://evil.example.com' };
    expect((await ask('/api/logout', { method: 'POST', headers })).status).toBe(403);
  });

  it('refuses old versions, and ends what is no TLS', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(ask('/healthz', old)).rejects.toThrow(/protocol version/);
    const socket = connect(appliance.httpsPort as number, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.on('error', resolve).on('close', resolve).resume());
  });

  it('tells staff what to install, without a login', async () => {
    const file = await fetch(`${appliance.httpUrl}/api/certificates/authority.crt`);
    expect(file.headers.get('content-type')).toContain('application/x-x509-ca-cert');
    const authority = new X509Certificate(await file.text());
    const told = JSON.parse((await ask('/api/certificates')).text);
    expect(told.authority).toMatchObject({
      fingerprint: authority.fingerprint256,
      validTo: authority.validToDate.toISOString(),
    });
    expect(told.server.names).toEqual(expect.arrayContaining(['localhost', '127.0.0.1']));
    const socket = connectTls({ host: '127.0.0.1', port: appliance.httpsPort as number, ca: authority.toString() });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    expect(socket.getPeerX509Certificate()?.fingerprint256).toBe(told.server.fingerprint);
    socket.destroy();
  });

  it('without its port the appliance starts all the same, and says so; without the setting there is none', async () => {
    const second = await startTestAppliance({ config: { http: { httpsPort: appliance.httpsPort } } });
    const third = await startTestAppliance();
    try {
      expect([second.httpsPort, third.httpsPort]).toEqual([null, null]);
      expect(second.notes).toEqual([{ ko: expect.stringContaining('http.httpsPort'), en: expect.any(String) }]);
      expect(third.notes).toEqual([]);
      expect((await fetch(`${second.httpUrl}/healthz`)).status).toBe(200);
    } finally {
      await second.dispose();
      await third.dispose();
    }
  });
});
