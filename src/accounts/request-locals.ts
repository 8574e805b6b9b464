/** What the HTTP door finds out about a request before a route's handler sees it; it stands in `res.locals`. */
import type { Source } from './accounts.ts';
import type { Identity } from './permissions.ts';

export interface RequestLocals {
  /** Who asks; undefined on public routes without a login. */
  identity: Identity | undefined;
  /** The token of the cookie session, if that is how they are logged in. */
  sessionToken: string | undefined;
  source: Source;
  /** For answers that last (server push): is the login behind this request still good? */
  isStillLoggedIn(): boolean;
  /** Aborted when the server stops: answers that last must end then. */
  stopping: AbortSignal;
}

/** The identity on a route that demands one; the door has checked it. */
export function identityIn(locals: RequestLocals): Identity {
  if (!locals.identity) throw new Error('the route is public');
  return locals.identity;
}
