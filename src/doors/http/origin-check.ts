/**
 * Refuses what another site makes a browser send (CSRF). Browsers name the site in Origin with every unsafe method;
 * programs name none, and are let through when they log in by themselves instead of with a browser's cookie.
 */
import type { Request, RequestHandler } from 'express';
import { sessionTokenOf } from '../../accounts/session-cookie.ts';
import { ArchiveError } from '../../errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export function originCheck(): RequestHandler {
  return (request, _response, next) => {
    if (SAFE.has(request.method) || isOwnRequest(request)) next();
    else next(new ArchiveError('ORIGIN_REFUSED'));
  };
}

function isOwnRequest({ headers, secure }: Request): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (headers.origin !== undefined) return isSameHost(headers.origin, headers.host ?? '');
  return headers.authorization !== undefined || sessionTokenOf(headers.cookie, secure) === undefined;
}

/** Compares with the default port of the origin's scheme, which both headers may leave out. */
function isSameHost(origin: string, host: string): boolean {
  try {
    const from = new URL(origin);
    return from.host !== '' && from.host === new URL(`${from.protocol}//${host}`).host;
  } catch {
    return false;
  }
}
