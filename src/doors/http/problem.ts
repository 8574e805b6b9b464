/** The one place where a failure becomes an HTTP answer: `{ code, message: { ko, en }, detail }` with its status. */
import type { ErrorRequestHandler, Request, Response } from 'express';
import { LoginDelayedError } from '../../accounts/login-delay.ts';
import type { ErrorCode } from '../../error-table.ts';
import { ArchiveError, asArchiveError } from '../../errors.ts';
import type { Log } from '../../log.ts';

/** Sentences for single fields of a request, by path. */
type FieldErrors = Readonly<Record<string, { ko: string; en: string }>>;

const MOST_DRAINED = 1 << 20;

export function answerProblems(log: Log): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    const error = failureOf(thrown);
    if (error.code === 'INTERNAL') log.error({ err: error.cause, method: request.method, path: request.path }, 'bug');
    if (response.headersSent || response.destroyed) {
      // The answer is half out: breaking the connection is the only honest sign left.
      response.destroy();
      return;
    }
    sendProblem(error, request, response);
  };
}

/** Sends a failure; what the route had already put into the headers about its body goes. */
function sendProblem(error: ArchiveError, request: Request, response: Response): void {
  const { http, ko, en } = error.entry;
  for (const name of ['Content-Encoding', 'Content-Length', 'Content-Disposition', 'ETag']) response.removeHeader(name);
  response.status(http);
  response.setHeader('Cache-Control', 'no-store');
  if (http === 401) response.setHeader('WWW-Authenticate', challengeFor(request));
  if (error instanceof LoginDelayedError) response.setHeader('Retry-After', String(error.retryAfterSeconds));
  else if (http === 503) response.setHeader('Retry-After', '5');
  // A big body that nobody wants would have to be read to its end before the connection can be used again.
  if (!request.complete && bodyLength(request) > MOST_DRAINED) response.setHeader('Connection', 'close');
  const { errors } = error as { errors?: FieldErrors };
  response.json({ code: error.code, message: { ko, en }, detail: error.detail, ...(errors ? { errors } : {}) });
}

/** What is still to come, at most; a chunked body may go on for ever. */
function bodyLength({ headers }: Request): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Number.POSITIVE_INFINITY;
}

/** Express and its body parser throw errors with an HTTP status of their own. */
function failureOf(thrown: unknown): ArchiveError {
  const status = (thrown as { status?: unknown } | null)?.status;
  if (thrown instanceof ArchiveError || typeof status !== 'number' || status >= 500) return asArchiveError(thrown);
  const codes: Record<number, ErrorCode> = {
    404: 'NOT_FOUND',
    413: 'REQUEST_TOO_LARGE',
    415: 'MEDIA_TYPE_UNSUPPORTED',
  };
  return new ArchiveError(codes[status] ?? 'REQUEST_INVALID', '', { cause: thrown });
}

/**
 * Programs are asked for HTTP Basic (RFC 7617). Browsers are not: they would open a window of their own over our page
 * when a session ends, and would then send the password along with requests of other sites.
 */
function challengeFor({ headers, path }: Request): string {
  const browser =
    headers.cookie !== undefined || headers.referer !== undefined || headers['sec-fetch-mode'] !== undefined;
  const forPrograms = path.startsWith('/dicom-web') || path === '/wado' || path.startsWith('/api/');
  return forPrograms && !browser ? 'Basic realm="ClinicPACS", charset="UTF-8"' : 'Session realm="ClinicPACS"';
}
