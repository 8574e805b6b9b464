import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Accounts, type Source } from '../../src/accounts/accounts.ts';
import { PASSWORD_COST } from '../../src/accounts/password-hash.ts';
import type { Identity } from '../../src/accounts/permissions.ts';
import type { User } from '../../src/accounts/users.ts';
import { readAccessLog } from '../../src/audit/access-log.ts';
import { Audit } from '../../src/audit/record.ts';
import { Database } from '../../src/db/database.ts';
import { createLog } from '../../src/log.ts';

const PASSWORD = 'blue horse staple';
const OTHER_PASSWORD = 'green cow battery';
const source: Source = { address: '192.168.0.7', door: 'web' };
const log = createLog({ level: 'silent' });

// Real scrypt and real disks: slow on a busy machine, and slowness is no failure.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let database: Database;
let audit: Audit;
let accounts: Accounts;
let now: number;

async function open(environment: Record<string, string> = {}, passwordCost = 1024): Promise<void> {
  database = await Database.open(folder);
  audit = new Audit(database, log, () => now);
  accounts = await Accounts.open({ database, audit, log, environment, passwordCost, now: () => now });
}

async function restart(): Promise<void> {
  await audit.flush();
  await database.close();
  await open();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinicpacs-accounts-'));
  now = Date.parse('2026-03-02T09:00:00.000Z');
});
afterEach(async () => {
  await audit.flush();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function openWithDirector(): Promise<string> {
  await open();
  const director = { name: 'Director', displayName: '김원장', password: PASSWORD };
  const { token } = await accounts.createFirstAdministrator(accounts.firstRun.token as string, director, source);
  return token;
}

function director(): Identity {
  const user = accounts.users().find(({ identity }) => identity.userName === 'director');
  if (!user) throw new Error('openWithDirector() comes first');
  return user.identity;
}
const staff = (name = '이간호') => ({
  name,
  displayName: '이간호사',
  role: 'viewer' as const,
  password: OTHER_PASSWORD,
});

const logRows = async () => {
  await audit.flush();
  return (await readAccessLog(database, { limit: 100 })).rows.map(({ who, action, detail }) => [who, action, detail]);
};

describe('the first administrator', () => {
  it('is set with the one-time token, once', async () => {
    await open();
    const token = accounts.firstRun.token as string;
    expect(token).toMatch(/^[\w-]{43}$/);
    const user = { name: 'admin', displayName: '원장', password: PASSWORD };
    const wrong = accounts.createFirstAdministrator(`${token.slice(1)}x`, user, source);
    await expect(wrong).rejects.toMatchObject({ code: 'FIRST_RUN_REFUSED' });
    const weak = accounts.createFirstAdministrator(token, { ...user, password: 'short' }, source);
    await expect(weak).rejects.toMatchObject({ code: 'PASSWORD_WEAK' });
    const { identity } = await accounts.createFirstAdministrator(token, user, source);
    expect(identity).toMatchObject({ userName: 'admin', role: 'administrator' });
    expect(accounts.firstRun.token).toBeUndefined();
    const again = accounts.createFirstAdministrator(token, { ...user, name: 'second' }, source);
    await expect(again).rejects.toMatchObject({ code: 'FIRST_RUN_REFUSED' });
    await restart();
    expect(accounts.firstRun.token).toBeUndefined();
  });

  it('is one person, even when two ask with the token at once', async () => {
    await open();
    const token = accounts.firstRun.token as string;
    const ask = (name: string) =>
      accounts.createFirstAdministrator(token, { name, displayName: name, password: PASSWORD }, source);
    const results = await Promise.allSettled([ask('one'), ask('two')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(accounts.users()).toHaveLength(1);
  });

  it('is created from the environment on an empty data folder only', async () => {
    await open({ CLINICPACS_ADMIN_PASSWORD: PASSWORD });
    expect(accounts.firstRun.token).toBeUndefined();
    await accounts.logIn('admin', PASSWORD, source);
    await database.close();
    await open({ CLINICPACS_ADMIN_PASSWORD: OTHER_PASSWORD });
    await expect(accounts.logIn('admin', OTHER_PASSWORD, source)).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
  });

  it('from the environment needs a good password too', async () => {
    await expect(open({ CLINICPACS_ADMIN_PASSWORD: 'short' })).rejects.toMatchObject({
      code: 'START_REFUSED',
      detail: expect.stringContaining('CLINICPACS_ADMIN_PASSWORD'),
    });
  });
});

describe('passwords', () => {
  it('lie on the disk as salted hashes', async () => {
    await open({ CLINICPACS_ADMIN_PASSWORD: PASSWORD }, PASSWORD_COST);
    const [administrator] = accounts.users();
    const by = (administrator as User).identity;
    await accounts.createUser({ ...staff(), password: PASSWORD }, by, source);
    await audit.flush();
    await database.close();
    const files = await Promise.all(['records.sqlite', 'index.sqlite'].map((file) => readFile(join(folder, file))));
    expect(Buffer.concat(files).includes(PASSWORD)).toBe(false);
    const sqlite = new Sqlite(join(folder, 'records.sqlite'));
    const hashes = sqlite.prepare('SELECT password FROM users').pluck().all() as string[];
    sqlite.close();
    expect(new Set(hashes).size).toBe(2);
    for (const hash of hashes) expect(hash).toMatch(/^scrypt\$32768\$8\$1\$/);
  });

  it('may be typed in Hangul, composed or decomposed', async () => {
    await openWithDirector();
    const password = '파란말과배터리스테이플러';
    await accounts.createUser({ ...staff(), password }, director(), source);
    await accounts.logIn('이간호'.normalize('NFD'), password.normalize('NFD'), source);
  });
});

describe('logging in', () => {
  it('says the same for a wrong password, an unknown name and an inactive user', async () => {
    await openWithDirector();
    await accounts.createUser(staff(), director(), source);
    await accounts.changeUser('이간호', { active: false }, director(), source);
    const tries = [
      ['director', 'wrong password'],
      ['nobody', PASSWORD],
      ['이간호', OTHER_PASSWORD],
    ] as const;
    for (const [name, password] of tries) {
      await expect(accounts.logIn(name, password, source)).rejects.toMatchObject({ code: 'LOGIN_FAILED', detail: '' });
    }
    const failed = (await logRows()).filter(([, action]) => action === 'login.failed').map(([who]) => who);
    expect(failed.sort()).toEqual(['(unknown)', 'director', '이간호'].sort());
  });

  it('slows down after five failures, for this account and this address only, and never for good', async () => {
    await openWithDirector();
    await accounts.createUser(staff(), director(), source);
    const fail = () => accounts.logIn('director', 'wrong password', source);
    for (let i = 0; i < 5; i++) await expect(fail()).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    await expect(fail()).rejects.toMatchObject({ code: 'LOGIN_DELAYED', retryAfterSeconds: 2 });
    const right = () => accounts.logIn('Director', PASSWORD, source);
    await expect(right()).rejects.toMatchObject({ code: 'LOGIN_DELAYED' });
    await accounts.logIn('director', PASSWORD, { ...source, address: '192.168.0.8' });
    await accounts.logIn('이간호', OTHER_PASSWORD, source);
    now += 2000;
    await expect(fail()).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    await expect(fail()).rejects.toMatchObject({ retryAfterSeconds: 4 });
    now += 4000;
    await right();
    await expect(fail()).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
  });

  it('slows guessing of names that do not exist just the same', async () => {
    await openWithDirector();
    const fail = () => accounts.logIn('nobody', 'wrong password', source);
    for (let i = 0; i < 5; i++) await expect(fail()).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    await expect(fail()).rejects.toMatchObject({ code: 'LOGIN_DELAYED' });
  });

  it('counts tries that are sent all at once', async () => {
    await openWithDirector();
    const tries = Array.from({ length: 30 }, () => accounts.logIn('director', 'wrong password', source));
    const codes = (await Promise.allSettled(tries)).map((result) => result.status === 'rejected' && result.reason.code);
    expect(codes.filter((code) => code === 'LOGIN_FAILED')).toHaveLength(5);
    expect(codes.filter((code) => code === 'LOGIN_DELAYED')).toHaveLength(25);
  });
});

describe('a session', () => {
  it('belongs to a token of 256 bits that is kept nowhere', async () => {
    const token = await openWithDirector();
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(accounts.identityOfSession(token, false)?.userName).toBe('director');
    await database.close();
    const files = await Promise.all(['records.sqlite', 'index.sqlite'].map((file) => readFile(join(folder, file))));
    expect(Buffer.concat(files).includes(token)).toBe(false);
  });

  it('survives a restart', async () => {
    const token = await openWithDirector();
    await restart();
    expect(accounts.identityOfSession(token, false)?.userName).toBe('director');
  });

  it('ends after half an hour without a request', async () => {
    const token = await openWithDirector();
    for (let i = 0; i < 4; i++) {
      now += 29 * 60_000;
      expect(accounts.identityOfSession(token, false)).toBeDefined();
    }
    await restart();
    now += 29 * 60_000;
    expect(accounts.identityOfSession(token, true)).toBeDefined();
    now += 60_000;
    expect(accounts.identityOfSession(token, false)).toBeUndefined();
  });

  it('ends after twelve hours whatever happens', async () => {
    const token = await openWithDirector();
    for (let i = 0; i < 36; i++) {
      expect(accounts.identityOfSession(token, false)).toBeDefined();
      now += 20 * 60_000;
    }
    expect(accounts.identityOfSession(token, false)).toBeUndefined();
  });

  it('ends for good by logging out', async () => {
    const token = await openWithDirector();
    await accounts.logOut(token, source);
    expect(accounts.identityOfSession(token, false)).toBeUndefined();
    await restart();
    expect(accounts.identityOfSession(token, false)).toBeUndefined();
  });

  it.each([
    ['password', { password: 'another good one' }],
    ['role', { role: 'administrator' as const }],
    ['being active', { active: false }],
  ])('ends everywhere when the %s changes', async (_what, change) => {
    await openWithDirector();
    await accounts.createUser(staff(), director(), source);
    const first = await accounts.logIn('이간호', OTHER_PASSWORD, source);
    const second = await accounts.logIn('이간호', OTHER_PASSWORD, source);
    await accounts.changeUser('이간호', change, director(), source);
    for (const { token } of [first, second]) expect(accounts.identityOfSession(token, false)).toBeUndefined();
    await restart();
    for (const { token } of [first, second]) expect(accounts.identityOfSession(token, false)).toBeUndefined();
  });

  it('goes on when only the shown name changes', async () => {
    const token = await openWithDirector();
    await accounts.changeUser('director', { displayName: '김철수 원장' }, director(), source);
    expect(accounts.identityOfSession(token, false)?.displayName).toBe('김철수 원장');
  });
});

describe('HTTP Basic', () => {
  const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  const dicomweb: Source = { ...source, door: 'dicomweb' };

  it('is checked slowly once and remembered', async () => {
    await openWithDirector();
    const header = basic('director', PASSWORD);
    const identities = await Promise.all(Array.from({ length: 10 }, () => accounts.identityOfBasic(header, dicomweb)));
    for (let i = 0; i < 10; i++) identities.push(await accounts.identityOfBasic(header, dicomweb));
    expect(new Set(identities.map(({ userName }) => userName))).toEqual(new Set(['director']));
    expect((await logRows()).filter(([, action]) => action === 'login')).toHaveLength(1);
  });

  it('is forgotten when the password changes or the user becomes inactive', async () => {
    await openWithDirector();
    await accounts.createUser(staff(), director(), source);
    await accounts.identityOfBasic(basic('이간호', OTHER_PASSWORD), dicomweb);
    await accounts.changeUser('이간호', { password: 'another good one' }, director(), source);
    const old = accounts.identityOfBasic(basic('이간호', OTHER_PASSWORD), dicomweb);
    await expect(old).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    const header = basic('이간호', 'another good one');
    await accounts.identityOfBasic(header, dicomweb);
    await accounts.changeUser('이간호', { active: false }, director(), source);
    await expect(accounts.identityOfBasic(header, dicomweb)).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
  });

  it('counts failures like the log-in page', async () => {
    await openWithDirector();
    const fail = (i: number) => accounts.identityOfBasic(basic('director', `wrong password ${i}`), dicomweb);
    for (let i = 0; i < 5; i++) await expect(fail(i)).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    await expect(fail(6)).rejects.toMatchObject({ code: 'LOGIN_DELAYED' });
  });

  it.each(['Basic', 'Basic !!!', `Basic ${Buffer.from('no colon').toString('base64')}`, 'Bearer x'])(
    'refuses %j without a look at any password',
    async (header) => {
      await openWithDirector();
      await expect(accounts.identityOfBasic(header, dicomweb)).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
    },
  );
});

describe('users', () => {
  it('have one name in any spelling', async () => {
    await openWithDirector();
    const again = accounts.createUser({ ...staff(' DIRECTOR ') }, director(), source);
    await expect(again).rejects.toMatchObject({ code: 'USER_EXISTS' });
  });

  it('show when they last logged in, over restarts', async () => {
    await openWithDirector();
    await accounts.createUser(staff(), director(), source);
    now += 3_600_000;
    await accounts.logIn('이간호', OTHER_PASSWORD, source);
    await restart();
    const seen = accounts.users().map(({ identity, lastLoginAt }) => [identity.userName, lastLoginAt]);
    expect(seen).toEqual([
      ['director', '2026-03-02T09:00:00.000Z'],
      ['이간호', '2026-03-02T10:00:00.000Z'],
    ]);
  });

  it('never lose their last administrator', async () => {
    await openWithDirector();
    for (const change of [{ role: 'viewer' as const }, { active: false }]) {
      const changed = accounts.changeUser('director', change, director(), source);
      await expect(changed).rejects.toMatchObject({ code: 'LAST_ADMINISTRATOR' });
    }
    await accounts.createUser({ ...staff(), role: 'administrator' }, director(), source);
    await accounts.changeUser('director', { role: 'viewer' }, director(), source);
  });

  it('have every change of rights on record, with who made it', async () => {
    await openWithDirector();
    await accounts.createUser(staff(), director(), source);
    await accounts.changeUser('이간호', { role: 'administrator' }, director(), source);
    await accounts.changeUser('이간호', { password: 'another good one' }, director(), source);
    await accounts.changeUser('이간호', { active: false }, director(), source);
    await accounts.changeUser('이간호', { active: true }, director(), source);
    expect((await logRows()).toReversed()).toEqual([
      ['director', 'user.create', 'director administrator'],
      ['director', 'user.create', '이간호 viewer'],
      ['director', 'user.role', '이간호 viewer → administrator'],
      ['director', 'user.password', '이간호'],
      ['director', 'user.disable', '이간호'],
      ['director', 'user.enable', '이간호'],
    ]);
  });
});
