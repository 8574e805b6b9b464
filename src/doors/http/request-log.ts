/** One line per request: who, what, how it went. Never the query, which may hold names or Patient IDs. */
import type { RequestHandler } from 'express';
import type { RequestLocals } from '../../accounts/request-locals.ts';
import type { Log } from '../../log.ts';
import { plainAddress } from './host-check.ts';

export function requestLog(log: Log): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      const line = {
        method: request.method,
        path: request.path,
        status: response.statusCode,
        ms: Math.round(performance.now() - startedAt),
        from: plainAddress(request.socket.remoteAddress),
        user: (response.locals as Partial<RequestLocals>).identity?.userName,
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      const quiet = response.statusCode < 400 && (request.method === 'GET' || request.method === 'HEAD');
      log[quiet ? 'debug' : 'info'](line, 'request');
    });
    next();
  };
}
