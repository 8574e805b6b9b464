import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../http/http-door.ts';
import { PASSWORD, type RestDoor, startRestDoor } from './rest-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let door: RestDoor;
beforeAll(async () => {
  door = await startRestDoor();
});
afterAll(() => door.close());

const kim = { name: '김철수', displayName: '김철수 과장', role: 'viewer', password: 'green cow battery' };

/** The Cookie header that an answer sets. */
const cookieOf = ({ headers }: Answer) => headers['set-cookie']?.[0]?.split(';')[0] ?? '';

describe('users', () => {
  it('are added, listed without anything of their passwords, and changed', async () => {
    const added = await door.as('director', '/api/users', { method: 'POST', body: kim });
    expect(added.json()).toEqual({
      name: '김철수',
      displayName: '김철수 과장',
      role: 'viewer',
      enabled: true,
      lastLoginAt: null,
    });
    const path = `/api/users/${encodeURIComponent('김철수')}`;
    const changed = await door.as('director', path, { method: 'PATCH', body: { role: 'administrator' } });
    expect(changed.json()).toMatchObject({ role: 'administrator', enabled: true });
    const disabled = await door.as('director', path, { method: 'PATCH', body: { enabled: false } });
    expect(disabled.json()).toMatchObject({ enabled: false });
    const list = await door.as('director', '/api/users');
    expect(list.json().users).toMatchObject([
      { name: 'director' },
      { name: 'viewer' },
      { name: '김철수', enabled: false },
    ]);
    expect(list.body).not.toMatch(/scrypt/);
    expect((await door.accessLog()).slice(0, 3).map(([who, action, , , detail]) => [who, action, detail])).toEqual([
      ['director', 'user.disable', '김철수'],
      ['director', 'user.role', '김철수 viewer → administrator'],
      ['director', 'user.create', '김철수 viewer'],
    ]);
  });

  it.each([
    ['a name that is taken', { ...kim, name: 'Viewer' }, 409, 'USER_EXISTS'],
    ['a name with a colon', { ...kim, name: 'a:b' }, 422, 'USER_NAME_INVALID'],
    ['a weak password', { ...kim, name: 'lee', password: 'password123' }, 422, 'PASSWORD_WEAK'],
    ['a role that does not exist', { ...kim, name: 'lee', role: 'root' }, 400, 'REQUEST_INVALID'],
  ])('are refused with %s', async (_what, body, status, code) => {
    const answer = await door.as('director', '/api/users', { method: 'POST', body });
    expect([answer.status, answer.json().code]).toEqual([status, code]);
  });

  it.each([
    ['/api/users/nobody', { enabled: false }, 404, 'NOT_FOUND'],
    ['/api/users/director', { role: 'viewer' }, 409, 'LAST_ADMINISTRATOR'],
    ['/api/users/director', { enabled: false }, 409, 'LAST_ADMINISTRATOR'],
    ['/api/users/viewer', { active: false }, 400, 'REQUEST_INVALID'],
  ])('are not changed: %s %j', async (path, body, status, code) => {
    const answer = await door.as('director', path, { method: 'PATCH', body });
    expect([answer.status, answer.json().code]).toEqual([status, code]);
  });

  it('change their own password when they prove the old one; other sessions end, this one goes on', async () => {
    const own = { name: 'park', displayName: '박간호사', role: 'viewer', password: 'green cow battery' };
    expect((await door.as('director', '/api/users', { method: 'POST', body: own })).status).toBe(200);
    const post = (path: string, body: object, cookie = '') =>
      door.ask(path, {
        method: 'POST',
        headers: { Origin: door.origin, Cookie: cookie, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    const logIn = (password: string) => post('/api/login', { name: 'park', password });
    const [here, elsewhere] = [cookieOf(await logIn(own.password)), cookieOf(await logIn(own.password))];
    const weak = await post('/api/password', { before: own.password, password: 'short' }, here);
    expect([weak.status, weak.json().code]).toEqual([422, 'PASSWORD_WEAK']);
    const changed = await post('/api/password', { before: own.password, password: 'another good one' }, here);
    expect(changed.status).toBe(200);
    const statusWith = async (cookie: string) =>
      (await door.ask('/api/status', { headers: { Cookie: cookie } })).status;
    expect(await Promise.all([cookieOf(changed), elsewhere, here].map(statusWith))).toEqual([200, 401, 401]);
    expect((await logIn('another good one')).status).toBe(200);
    expect((await door.accessLog()).map(([who, action]) => `${who} ${action}`)).toContain('park user.password');
    const guess = { before: 'not mine at all', password: 'one more good one' };
    const wrong = await post('/api/password', guess, cookieOf(changed));
    expect([wrong.status, wrong.json().code]).toEqual([401, 'LOGIN_FAILED']);
  });

  it('are thrown out of their sessions and HTTP Basic when their password changes', async () => {
    const cookie = await door.cookie('viewer');
    const basic = `Basic ${Buffer.from(`viewer:${PASSWORD}`).toString('base64')}`;
    expect((await door.ask('/api/status', { headers: { Authorization: basic } })).status).toBe(200);
    await door.as('director', '/api/users/viewer', { method: 'PATCH', body: { password: 'another good one' } });
    expect((await door.ask('/api/status', { headers: { Cookie: cookie } })).status).toBe(401);
    expect((await door.ask('/api/status', { headers: { Authorization: basic } })).status).toBe(401);
  });
});

describe('the access log', () => {
  it('is paged from the newest to the oldest, and being read is on record', async () => {
    const first = (await door.as('director', '/api/access-log?limit=3')).json() as {
      rows: { id: string }[];
      after: string;
    };
    expect(first.rows).toHaveLength(3);
    expect(first.rows[0]).toMatchObject({
      who: 'director',
      action: 'access-log.view',
      door: 'web',
      outcome: 'ok',
      patientId: null,
    });
    const second = (await door.as('director', `/api/access-log?limit=3&before=${first.after}`)).json() as typeof first;
    expect(Number(second.rows[0]?.id)).toBe(Number(first.rows[2]?.id) - 1);
  });

  it.each(['limit=0', 'limit=x', 'before=-1', 'from=yesterday', 'nonsense=1'])('refuses %s', async (query) => {
    expect((await door.as('director', `/api/access-log?${query}`)).status).toBe(400);
  });
});
