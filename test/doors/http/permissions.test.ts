import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROLE_PERMISSIONS } from '../../../src/accounts/permissions.ts';
import { ROUTES, type Route } from '../../../src/accounts/route-permissions.ts';
import { readAccessLog } from '../../../src/audit/access-log.ts';
import { defaultConfig } from '../../../src/config/settings.ts';
import { createHttpServer, type RouteHandlers } from '../../../src/doors/http/app.ts';
import { createOpenApiDocument } from '../../../src/doors/rest/openapi.ts';
import { createLog } from '../../../src/log.ts';
import { basic, type HttpDoor, PASSWORD, startHttpDoor } from './http-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const log = createLog({ level: 'silent' });
let door: HttpDoor;
beforeAll(async () => {
  door = await startHttpDoor();
});
afterAll(() => door.close());

const rows = Object.entries(ROUTES).map(([route, permission]) => {
  const [method = '', path = ''] = route.split(' ');
  return { route: route as Route, method, path: path.replace(/[:*]\w+/g, '1'), permission };
});
const guarded = rows.filter(({ permission }) => permission !== 'public');

const isPublic = ({ permission }: { permission: string }) => permission === 'public';

describe('the table of routes', () => {
  it('says of what is public that it is public', () => {
    expect(rows.filter(isPublic).map(({ route }) => route)).toEqual([
      'GET /healthz',
      'POST /api/login',
      'POST /api/logout',
      'GET /api/session',
      'GET /api/first-run',
      'POST /api/first-run',
      'GET /api/certificates',
      'GET /api/certificates/authority.crt',
    ]);
  });

  it('serves each path and method that the OpenAPI document describes', async () => {
    const headers = { Cookie: await door.cookieOf('director'), Origin: `http://127.0.0.1:${door.port}` };
    const { paths } = createOpenApiDocument() as { paths: Record<string, object> };
    const statuses: Record<string, number> = {};
    for (const [path, methods] of Object.entries(paths)) {
      for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
        const { status } = await door.ask(path.replaceAll(/\{\w+\}/g, '1'), { method, headers });
        statuses[`${method} ${path}`] = status;
      }
    }
    expect(Object.keys(statuses)).toHaveLength(rows.length);
    expect(Object.entries(statuses).filter(([, status]) => status !== 200)).toEqual([]);
  });

  it('must be answered whole: a row without a handler stops the start', () => {
    const start = (handlers: RouteHandlers[]) => () =>
      createHttpServer({ ...door, config: defaultConfig(), log, handlers, folders: { app: '', viewer: '' } });
    expect(start([{}])).toThrow(/GET \/healthz has 0 handlers/);
    const healthz = { 'GET /healthz': () => undefined };
    expect(start([healthz, healthz])).toThrow(/GET \/healthz has 2 handlers/);
  });

  it('is all there is: other methods and paths are not found, with a login or without', async () => {
    const cookie = await door.cookieOf('director');
    for (const [method, path] of [
      ['GET', '/api/nothing'],
      ['DELETE', '/api/users/kim'],
      ['PUT', '/api/users'],
      ['GET', '/dicom-web/patients'],
      ['DELETE', '/dicom-web/studies/1'],
      ['POST', '/'],
    ] as const) {
      const origin = { Origin: `http://127.0.0.1:${door.port}` };
      expect((await door.ask(path, { method, headers: { Cookie: cookie, ...origin } })).status).toBe(404);
      expect((await door.ask(path, { method })).status).toBe(404);
    }
  });
});

describe('without a login', () => {
  it.each(guarded.filter(({ route }) => route !== 'GET /open'))('$route is refused', async ({ method, path }) => {
    const answer = await door.ask(path, { method });
    expect(answer.status).toBe(401);
    expect(answer.json()).toEqual({
      code: 'LOGIN_REQUIRED',
      message: { ko: '로그인이 필요합니다.', en: 'Please log in.' },
      detail: '',
    });
  });

  it('a link of the EMR leads to the login page and from there on', async () => {
    const answer = await door.ask('/open?accession=A%201');
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe(`/login?next=${encodeURIComponent('/open?accession=A%201')}`);
  });

  it.each(rows.filter(isPublic))('$route answers', async ({ method, path }) => {
    expect((await door.ask(path, { method })).status).toBe(200);
  });
});

describe('with a login', () => {
  it.each(guarded)('$route answers to an administrator', async ({ method, path }) => {
    const headers = { Cookie: await door.cookieOf('director'), Origin: `http://127.0.0.1:${door.port}` };
    const answer = await door.ask(path, { method, headers });
    expect(answer.status).toBe(200);
    expect(answer.json().who).toBe('director');
  });

  it.each(guarded)('$route answers to 열람 as its role allows', async ({ method, path, permission }) => {
    const headers = { Cookie: await door.cookieOf('viewer'), Origin: `http://127.0.0.1:${door.port}` };
    const allowed = permission === 'signed-in' || ROLE_PERMISSIONS.viewer.has(permission as never);
    expect((await door.ask(path, { method, headers })).status).toBe(allowed ? 200 : 403);
  });

  it('what was refused for lack of permission is on record', async () => {
    await door.ask('/api/users', { headers: { Cookie: await door.cookieOf('viewer') } });
    await door.audit.flush();
    const { rows } = await readAccessLog(door.database, { limit: 1 });
    expect(rows).toMatchObject([
      { who: 'viewer', action: 'denied', detail: 'GET /api/users', from: '127.0.0.1', outcome: 'refused' },
    ]);
  });
});

describe('HTTP Basic', () => {
  it('opens every route for programs', async () => {
    const headers = { Authorization: basic('viewer', PASSWORD) };
    expect((await door.ask('/dicom-web/studies', { headers })).json().who).toBe('viewer');
    expect((await door.ask('/api/status', { headers })).json().who).toBe('viewer');
    expect((await door.ask('/api/users', { headers })).status).toBe(403);
  });

  it('is asked of programs and never of browsers, which would open a window over our page', async () => {
    const asked = async (headers: Record<string, string>) =>
      (await door.ask('/dicom-web/studies', { headers })).headers['www-authenticate'];
    expect(await asked({})).toBe('Basic realm="ClinicPACS", charset="UTF-8"');
    expect(await asked({ Referer: 'http://127.0.0.1/' })).toMatch(/^Session/);
    expect(await asked({ Cookie: 'a=b' })).toMatch(/^Session/);
    expect(await asked({ 'Sec-Fetch-Mode': 'cors' })).toMatch(/^Session/);
  });

  it('is refused when wrong, even beside a good session', async () => {
    const headers = { Authorization: basic('viewer', 'wrong password'), Cookie: await door.cookieOf('director') };
    const answer = await door.ask('/dicom-web/studies', { headers });
    expect(answer.status).toBe(401);
    expect(answer.json().code).toBe('LOGIN_FAILED');
  });

  it('is slowed down after five wrong passwords, with the time to wait', async () => {
    const ask = (i: number) =>
      door.ask('/dicom-web/studies', { headers: { Authorization: basic('nobody', `wrong ${i}`) } });
    for (let i = 0; i < 5; i++) expect((await ask(i)).status).toBe(401);
    const answer = await ask(6);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});
