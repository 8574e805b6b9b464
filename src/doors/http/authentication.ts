/** Finds out who asks, by session cookie or HTTP Basic, and lets through whom the route's permission allows. */
import type { Request, RequestHandler } from 'express';
import type { Accounts, Source } from '../../accounts/accounts.ts';
import type { Identity, Permission } from '../../accounts/permissions.ts';
import type { RequestLocals } from '../../accounts/request-locals.ts';
import type { Route } from '../../accounts/route-permissions.ts';
import { sessionTokenOf } from '../../accounts/session-cookie.ts';
import type { Audit } from '../../audit/record.ts';
import { ArchiveError } from '../../errors.ts';
import { plainAddress } from './host-check.ts';

export interface AuthenticationDeps {
  accounts: Accounts;
  audit: Audit;
  stopping: AbortSignal;
}

/** Asked for by open pages on their own: a page that is only open must not keep its session alive. */
const PASSIVE: ReadonlySet<string> = new Set<Route>([
  'GET /api/session',
  'GET /api/events',
  'GET /api/status',
  'GET /api/backup',
]);

/** Fills `res.locals` and checks the permission of `route`. */
export function authenticate(
  { accounts, audit, stopping }: AuthenticationDeps,
  route: string,
  permission: Permission | 'public' | 'signed-in',
): RequestHandler {
  return async (request, response, next) => {
    const source = sourceOf(request);
    const passive = PASSIVE.has(route) || request.headers['x-passive'] !== undefined;
    const { authorization } = permission === 'public' ? {} : request.headers;
    const { headers, secure } = request;
    const sessionToken = authorization === undefined ? sessionTokenOf(headers.cookie, secure) : undefined;
    const ofSession = (asPassive: boolean) =>
      sessionToken === undefined ? undefined : accounts.identityOfSession(sessionToken, asPassive);
    const ofBasic = () => (authorization === undefined ? undefined : accounts.identityOfBasic(authorization, source));
    const identity = (await ofBasic()) ?? ofSession(passive);
    const isStillLoggedIn = () => authorization !== undefined || ofSession(true) !== undefined;
    Object.assign(response.locals, {
      identity,
      sessionToken,
      source,
      isStillLoggedIn,
      stopping,
    } satisfies RequestLocals);
    const refusal = refusalOf(identity, permission);
    if (refusal === 'FORBIDDEN' && identity) {
      const { userName: who } = identity;
      audit.record({
        who,
        action: 'denied',
        from: source.address,
        door: source.door,
        detail: route,
        outcome: 'refused',
      });
    }
    next(refusal ? new ArchiveError(refusal) : undefined);
  };
}

export function sourceOf(request: Request): Source {
  const door = request.path.startsWith('/dicom-web/') || request.path === '/wado' ? 'dicomweb' : 'web';
  return { address: plainAddress(request.socket.remoteAddress), door };
}

function refusalOf(
  identity: Identity | undefined,
  permission: Permission | 'public' | 'signed-in',
): 'LOGIN_REQUIRED' | 'FORBIDDEN' | undefined {
  if (permission === 'public') return undefined;
  if (!identity) return 'LOGIN_REQUIRED';
  return permission === 'signed-in' || identity.permissions.has(permission) ? undefined : 'FORBIDDEN';
}
