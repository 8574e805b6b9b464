/** The web door: every route of the table behind the same checks, then the pages, then one answer for failures. */
import type { RequestListener, Server } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import type { Accounts } from '../../accounts/accounts.ts';
import type { RequestLocals } from '../../accounts/request-locals.ts';
import { ROUTES, type Route } from '../../accounts/route-permissions.ts';
import type { Audit } from '../../audit/record.ts';
import type { Config } from '../../config/settings.ts';
import { ArchiveError, asArchiveError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type AuthenticationDeps, authenticate } from './authentication.ts';
import { ConnectionLimits } from './connection-limits.ts';
import { hostCheck } from './host-check.ts';
import { jsonBody } from './json-body.ts';
import { closeServer, createListener, createSecureListener, listenOn, type WebCertificates } from './listening.ts';
import { originCheck } from './origin-check.ts';
import { loginFor, type PageFolders, pages } from './pages.ts';
import { answerProblems } from './problem.ts';
import { requestLog } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';

export type RouteHandlers = Partial<Record<Route, RequestHandler>>;

export interface HttpDoorSettings {
  config: Config;
  accounts: Accounts;
  audit: Audit;
  /** Of the server for HTTPS. */
  certificates: WebCertificates;
  log: Log;
  /** What the other doors serve; together they must answer every route of the table, each once. */
  handlers: readonly RouteHandlers[];
  folders: PageFolders;
}

/** The ports that are open. */
export interface HttpPorts {
  readonly port: number;
  /** Null: HTTPS is turned off, or its port could not be had. */
  readonly httpsPort: number | null;
  /** Why the port for HTTPS could not be had, in Korean and English. */
  readonly httpsProblem: string | null;
}

export interface HttpServer {
  /** @throws ArchiveError START_REFUSED when the port without HTTPS cannot be had */
  listen(): Promise<HttpPorts>;
  close(): Promise<void>;
}

/** Connections to both ports together. */
const MOST_CONNECTIONS = 1000;

/** @throws Error when a route of the table has no handler or two (a bug of ours, found at the first start) */
export function createHttpServer(settings: HttpDoorSettings): HttpServer {
  const { http } = settings.config;
  const stop = new AbortController();
  const limits = new ConnectionLimits(MOST_CONNECTIONS);
  const app = createApp(settings, limits, stop.signal);
  const onRequest: RequestListener = (request, response) => app(request, response);
  const plain = createListener(onRequest);
  const secure = http.httpsPort === null ? null : createSecureListener(onRequest, settings.certificates);
  const servers = secure === null ? [plain] : [plain, secure];
  for (const server of servers) limits.watch(server);
  return {
    async listen() {
      const { host, port } = http;
      const names = { hostSetting: 'http.host', portSetting: 'http.port' };
      const opened = await listenOn(plain, { host, port, ...names });
      return { port: opened, ...(await openSecure(secure, settings)) };
    },
    async close() {
      stop.abort();
      await Promise.all(servers.map(closeServer));
    },
  };
}

async function openSecure(server: Server | null, { config, log }: HttpDoorSettings): Promise<Omit<HttpPorts, 'port'>> {
  const { httpsHost: host, httpsPort: port } = config.http;
  if (server === null || port === null) return { httpsPort: null, httpsProblem: null };
  try {
    const names = { hostSetting: 'http.httpsHost', portSetting: 'http.httpsPort' };
    return { httpsPort: await listenOn(server, { host, port, ...names }), httpsProblem: null };
  } catch (error) {
    const { detail } = asArchiveError(error);
    log.error({ detail }, 'no port for HTTPS');
    return { httpsPort: null, httpsProblem: detail };
  }
}

function createApp(settings: HttpDoorSettings, limits: ConnectionLimits, stopping: AbortSignal): Express {
  const { accounts, audit, log, config } = settings;
  const deps: AuthenticationDeps = { accounts, audit, stopping };
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('query parser', 'simple');
  app.use(requestLog(log), securityHeaders(), hostCheck(config.http.allowedHosts), originCheck());
  for (const [route, handler] of handlersOf(settings.handlers)) mount(app, route, handler, deps, limits);
  app.use(pages(settings.folders, deps));
  app.use((_request, _response, next) => next(new ArchiveError('NOT_FOUND')));
  app.use(answerProblems(log));
  return app;
}

function mount(
  app: Express,
  route: Route,
  handler: RequestHandler,
  deps: AuthenticationDeps,
  limits: ConnectionLimits,
) {
  const [method = '', path = ''] = route.split(' ');
  const chain: RequestHandler[] = [authenticate(deps, route, ROUTES[route]), prove(limits)];
  if (route === 'GET /open') chain[0] = orLogin(chain[0] as RequestHandler);
  if (path.startsWith('/api/') && method !== 'GET') chain.push(jsonBody());
  app[method.toLowerCase() as 'get' | 'post' | 'patch'](path, ...chain, handler);
}

/** For links that people click: without a login they get the login page instead of a JSON answer. */
function orLogin(check: RequestHandler): RequestHandler {
  return (request, response, next) =>
    check(request, response, (error?: unknown) => {
      const asksPerson = error instanceof ArchiveError && error.code === 'LOGIN_REQUIRED';
      if (asksPerson) response.redirect(302, loginFor(request));
      else next(error as Error | undefined);
    });
}

function prove(limits: ConnectionLimits): RequestHandler {
  return (request, response, next) => {
    if ((response.locals as RequestLocals).identity) limits.proved(request.socket);
    next();
  };
}

function handlersOf(all: readonly RouteHandlers[]): [Route, RequestHandler][] {
  return (Object.keys(ROUTES) as Route[]).map((route) => {
    const found = all.flatMap((handlers) => handlers[route] ?? []);
    const [handler] = found;
    if (!handler || found.length > 1) throw new Error(`${route} has ${found.length} handlers`);
    return [route, handler];
  });
}
