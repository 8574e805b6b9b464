/** The web door alone, for tests: real accounts and records, handlers that only say who asked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { Accounts } from '../../../src/accounts/accounts.ts';
import type { RequestLocals } from '../../../src/accounts/request-locals.ts';
import { ROUTES, type Route } from '../../../src/accounts/route-permissions.ts';
import { sessionCookie } from '../../../src/accounts/session-cookie.ts';
import { Audit } from '../../../src/audit/record.ts';
import { Certificates } from '../../../src/certificates/certificates.ts';
import { defaultConfig } from '../../../src/config/settings.ts';
import { Database } from '../../../src/db/database.ts';
import { createHttpServer } from '../../../src/doors/http/app.ts';
import { createLog, type Log } from '../../../src/log.ts';

export const PASSWORD = 'blue horse staple';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  json(): Record<string, unknown>;
}

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface HttpDoor {
  port: number;
  certificates: Certificates;
  accounts: Accounts;
  audit: Audit;
  database: Database;
  /** A folder of its own for built pages: `app` and `viewer` in it. */
  folder: string;
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** The Cookie header of a fresh session; `viewer` may look at images only. */
  cookieOf(name: 'director' | 'viewer'): Promise<string>;
  close(): Promise<void>;
}

/** Every route says who asked; single ones may be replaced. */
export async function startHttpDoor(
  handlers: Partial<Record<Route, RequestHandler>> = {},
  options: { allowedHosts?: string[]; log?: Log } = {},
): Promise<HttpDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'clinicpacs-http-'));
  const log = options.log ?? createLog({ level: 'silent' });
  const database = await Database.open(folder);
  const audit = new Audit(database, log);
  const accounts = await Accounts.open({ database, audit, log, passwordCost: 1024 });
  await addUsers(accounts);
  const config = defaultConfig();
  config.http = {
    ...config.http,
    port: 0,
    allowedHosts: options.allowedHosts ?? [],
  };
  const certificates = await Certificates.open({ dataDir: folder, clinic: '우리 의원', hostNames: [], log });
  const server = createHttpServer({
    config,
    accounts,
    audit,
    certificates,
    log,
    handlers: [everyRoute(handlers)],
    folders: { app: join(folder, 'app'), viewer: join(folder, 'viewer') },
  });
  const { port } = await server.listen();
  const from = { address: '127.0.0.1', door: 'web' } as const;
  return {
    port,
    certificates,
    accounts,
    audit,
    database,
    folder,
    ask: (path, asked) => ask(port, path, asked),
    cookieOf: async (name) => cookieOf((await accounts.logIn(name, PASSWORD, from)).token),
    async close() {
      await server.close();
      await certificates.close();
      await audit.flush();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function cookieOf(token: string): string {
  return sessionCookie(token, false).split(';')[0] as string;
}

export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** One request on a connection of its own, with any header that a client could send. */
export function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, body: text, json: () => JSON.parse(text) });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function addUsers(accounts: Accounts): Promise<void> {
  const from = { address: '127.0.0.1', door: 'web' } as const;
  const director = { name: 'director', displayName: '김원장', password: PASSWORD };
  const { identity } = await accounts.createFirstAdministrator(accounts.firstRun.token as string, director, from);
  const viewer = { name: 'viewer', displayName: '이간호', role: 'viewer', password: PASSWORD } as const;
  await accounts.createUser(viewer, identity, from);
}

function everyRoute(handlers: Partial<Record<Route, RequestHandler>>): Partial<Record<Route, RequestHandler>> {
  const sayWho: RequestHandler = (request, response) => {
    const { identity } = response.locals as RequestLocals;
    response.json({ who: identity?.userName ?? null, body: request.body });
  };
  return Object.fromEntries((Object.keys(ROUTES) as Route[]).map((route) => [route, handlers[route] ?? sayWho]));
}
