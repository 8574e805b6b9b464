/** Logging in and out, and the first administrator. */
import type { Response } from 'express';
import { identityIn } from '../../accounts/request-locals.ts';
import { endedSessionCookie, sessionCookie } from '../../accounts/session-cookie.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import { type Exchange, json, read } from './exchange.ts';
import { FirstAdministrator, FirstRunState, LoggedIn, LogIn, OwnPassword, Session } from './schemas/people.ts';
import { Done } from './schemas/shapes.ts';
import { identityView } from './views.ts';

type SessionRoutes = Pick<
  RestHandlers,
  | 'POST /api/login'
  | 'POST /api/logout'
  | 'GET /api/session'
  | 'POST /api/password'
  | 'GET /api/first-run'
  | 'POST /api/first-run'
>;

export function sessionRoutes({ accounts, config }: RestDeps): SessionRoutes {
  /** The session that the browser brought ends: a token known before the log-in must not work after it. */
  const endOldSession = async ({ locals }: Exchange) => {
    if (locals.sessionToken !== undefined) await accounts.logOut(locals.sessionToken, locals.source);
  };
  return {
    'POST /api/login': json(LoggedIn, async (exchange) => {
      const { name, password } = read(LogIn, exchange.request.body);
      const { token, identity } = await accounts.logIn(name, password, exchange.locals.source);
      await endOldSession(exchange);
      setCookie(exchange.response, sessionCookie(token, exchange.request.secure));
      return { identity: identityView(identity) };
    }),

    'POST /api/logout': json(Done, async (exchange) => {
      await endOldSession(exchange);
      setCookie(exchange.response, endedSessionCookie(exchange.request.secure));
      return {};
    }),

    'GET /api/session': json(Session, ({ locals }) => ({
      identity: locals.identity ? identityView(locals.identity) : null,
      clinic: config.clinic,
      firstRun: accounts.firstRun.token !== undefined,
    })),

    'POST /api/password': json(Done, async ({ request, response, locals }) => {
      const { before, password } = read(OwnPassword, request.body);
      const token = await accounts.changeOwnPassword(identityIn(locals), before, password, locals.source);
      // All sessions have ended, this one goes on under a new token. Who came by HTTP Basic gets no session.
      if (locals.sessionToken !== undefined) setCookie(response, sessionCookie(token, request.secure));
      return {};
    }),

    'GET /api/first-run': json(FirstRunState, () => ({ needed: accounts.firstRun.token !== undefined })),

    'POST /api/first-run': json(LoggedIn, async (exchange) => {
      const { token: oneTimeToken, ...user } = read(FirstAdministrator, exchange.request.body);
      const named = { ...user, displayName: user.displayName || user.name };
      const { token, identity } = await accounts.createFirstAdministrator(oneTimeToken, named, exchange.locals.source);
      await endOldSession(exchange);
      setCookie(exchange.response, sessionCookie(token, exchange.request.secure));
      return { identity: identityView(identity) };
    }),
  };
}

function setCookie(response: Response, cookie: string): void {
  response.setHeader('Set-Cookie', cookie);
}
