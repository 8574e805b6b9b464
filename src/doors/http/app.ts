/** The web door: every route of the table behind the same checks, then the pages, then one answer for failures. */
import type { Server } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import type { Accounts } from '../../accounts/accounts.ts';
import type { RequestLocals } from '../../accounts/request-locals.ts';
import { ROUTES, type Route } from '../../accounts/route-permissions.ts';
import type { Audit } from '../../audit/record.ts';
import type { Config } from '../../config/settings.ts';
import { ArchiveError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type AuthenticationDeps, authenticate } from './authentication.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { hostCheck } from './host-check.ts';
import { jsonBody } from './json-body.ts';
import { closeServer, createListener, type HttpServer, listenOn } from './listening.ts';
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
  log: Log;
  /** What the other doors serve; together they must answer every route of the table, each once. */
  handlers: readonly RouteHandlers[];
  folders: PageFolders;
}

/** @throws Error when a route of the table has no handler or two (a bug of ours, found at the first start) */
export function createHttpServer(settings: HttpDoorSettings): HttpServer {
  const { host, port } = settings.config.http;
  const stop = new AbortController();
  const { server, limits } = createListener((request, response) => app(request, response));
  const app = createApp(settings, limits, stop.signal);
  return {
    listen: () => listenOn(server, host, port),
    close: () => {
      stop.abort();
      return closeServer(server as Server);
    },
  };
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
