import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PASSWORD, type RestDoor, startRestDoor } from './rest-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let door: RestDoor;
beforeAll(async () => {
  door = await startRestDoor();
});
afterAll(() => door.close());

const logIn = (body: unknown, headers: Record<string, string> = {}) =>
  door.ask('/api/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: door.origin, ...headers },
    body: JSON.stringify(body),
  });

const session = async (cookie: string) => (await door.ask('/api/session', { headers: { Cookie: cookie } })).json();
const cookieFrom = (setCookie: string[] | undefined) => setCookie?.[0]?.split(';')[0] ?? '';

describe('the first administrator', () => {
  it('is made over the API with the token of start-up, and is logged in at once', async () => {
    const fresh = await startRestDoor({ withoutUsers: true });
    try {
      const post = (body: object) =>
        fresh.ask('/api/first-run', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Origin: fresh.origin },
          body: JSON.stringify(body),
        });
      expect((await fresh.ask('/api/session')).json()).toMatchObject({ identity: null, firstRun: true });
      expect((await fresh.ask('/api/first-run')).json()).toEqual({ needed: true });
      const token = fresh.accounts.firstRun.token as string;
      const wrong = await post({ token: 'x', name: 'kim', password: PASSWORD });
      expect([wrong.status, wrong.json().code]).toEqual([403, 'FIRST_RUN_REFUSED']);
      const weak = await post({ token, name: 'kim', password: 'short' });
      expect([weak.status, weak.json().code]).toEqual([422, 'PASSWORD_WEAK']);
      const made = await post({ token, name: 'Kim', displayName: '', password: PASSWORD });
      expect(made.json()).toMatchObject({ identity: { userName: 'kim', displayName: 'Kim', role: 'administrator' } });
      const cookie = cookieFrom(made.headers['set-cookie']);
      const now = await fresh.ask('/api/session', { headers: { Cookie: cookie } });
      expect(now.json()).toMatchObject({ identity: { userName: 'kim' }, firstRun: false });
      expect((await post({ token, name: 'lee', password: PASSWORD })).status).toBe(403);
    } finally {
      await fresh.close();
    }
  });
});

describe('logging in', () => {
  it('gives a cookie that scripts and other sites cannot use', async () => {
    const answer = await logIn({ name: 'director', password: PASSWORD });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ identity: { userName: 'director', role: 'administrator' } });
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^clinicpacs_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    expect(answer.body).not.toMatch(/scrypt|password/);
  });

  it('begins a new session and ends the one that the browser brought (fixation)', async () => {
    const first = cookieFrom((await logIn({ name: 'viewer', password: PASSWORD })).headers['set-cookie']);
    const answer = await logIn({ name: 'director', password: PASSWORD }, { Cookie: first });
    const second = cookieFrom(answer.headers['set-cookie']);
    expect(second).not.toBe(first);
    expect((await session(first)).identity).toBeNull();
    expect((await session(second)).identity).toMatchObject({ userName: 'director' });
  });

  it('never takes over a token that somebody else chose', async () => {
    const planted = `clinicpacs_session=${'A'.repeat(43)}`;
    const answer = await logIn({ name: 'viewer', password: PASSWORD }, { Cookie: planted });
    expect(cookieFrom(answer.headers['set-cookie'])).not.toBe(planted);
    expect((await session(planted)).identity).toBeNull();
  });

  it('keeps the old session when the new log-in fails', async () => {
    const cookie = cookieFrom((await logIn({ name: 'viewer', password: PASSWORD })).headers['set-cookie']);
    expect((await logIn({ name: 'director', password: 'wrong password' }, { Cookie: cookie })).status).toBe(401);
    expect((await session(cookie)).identity).toMatchObject({ userName: 'viewer' });
  });

  it('says one plain sentence for a wrong name and a wrong password', async () => {
    const wrongName = await logIn({ name: 'nobody', password: PASSWORD });
    const wrongPassword = await logIn({ name: 'viewer', password: 'wrong password' });
    expect(wrongName.status).toBe(401);
    expect(wrongName.body).toBe(wrongPassword.body);
    expect(wrongName.json().message).toEqual({
      ko: '이름 또는 비밀번호가 맞지 않습니다.',
      en: 'The name or the password is wrong.',
    });
  });

  it('slows down after five failures and says for how long', async () => {
    for (let i = 0; i < 5; i++) expect((await logIn({ name: 'someone', password: 'wrong password' })).status).toBe(401);
    const answer = await logIn({ name: 'someone', password: 'wrong password' });
    expect([answer.status, answer.json().code]).toEqual([429, 'LOGIN_DELAYED']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  it.each([
    [{}, ['name', 'password']],
    [{ name: 'viewer' }, ['password']],
    [{ name: 5, password: PASSWORD }, ['name']],
    [{ name: 'viewer', password: PASSWORD, admin: true }, ['admin']],
    [{ name: 'viewer', password: 'x'.repeat(300) }, ['password']],
    [[], ['']],
  ])('names the wrong fields of %j', async (body, fields) => {
    const answer = await logIn(body);
    expect(answer.status).toBe(400);
    const { code, errors } = answer.json() as { code: string; errors: Record<string, { ko: string; en: string }> };
    expect([code, Object.keys(errors)]).toEqual(['REQUEST_INVALID', fields]);
    for (const sentence of Object.values(errors))
      expect(sentence).toEqual({ ko: expect.any(String), en: expect.any(String) });
  });

  it('ends by logging out, for good', async () => {
    const cookie = cookieFrom((await logIn({ name: 'viewer', password: PASSWORD })).headers['set-cookie']);
    const out = await door.ask('/api/logout', { method: 'POST', headers: { Cookie: cookie, Origin: door.origin } });
    expect(out.headers['set-cookie']).toEqual([
      expect.stringContaining('clinicpacs_session=; Max-Age=0; Path=/; HttpOnly'),
    ]);
    expect((await session(cookie)).identity).toBeNull();
  });

  it('is on record, with the address', async () => {
    await logIn({ name: 'viewer', password: 'wrong password' });
    await logIn({ name: 'viewer', password: PASSWORD });
    expect((await door.accessLog()).slice(0, 2).map(([who, action]) => [who, action])).toEqual([
      ['viewer', 'login'],
      ['viewer', 'login.failed'],
    ]);
  });
});

describe('who is logged in', () => {
  it('is told to the page, with the clinic and what the person may do', async () => {
    expect((await door.as('viewer', '/api/session')).json()).toEqual({
      identity: {
        userName: 'viewer',
        displayName: '이간호',
        role: 'viewer',
        permissions: ['images.view', 'images.download', 'attention.view', 'devices.view'],
      },
      clinic: { name: '우리 의원', timeZone: 'Asia/Seoul' },
      firstRun: false,
    });
  });
});
