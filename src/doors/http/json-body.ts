/** Reads the JSON body of an /api request: small, soon, and nothing but JSON (a form of another site cannot send it). */
import express, { type RequestHandler } from 'express';
import { ArchiveError } from '../../errors.ts';

const MOST_BYTES = 64 << 10;
const DEADLINE_MS = 15_000;

const parse = express.json({ limit: MOST_BYTES, strict: true, type: () => true, inflate: false });

export function jsonBody(): RequestHandler {
  return (request, response, next) => {
    const hasBody =
      request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    if (!hasBody) {
      request.body = {};
      next();
      return;
    }
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      next(new ArchiveError('MEDIA_TYPE_UNSUPPORTED', 'application/json'));
      return;
    }
    const deadline = setTimeout(() => request.destroy(), DEADLINE_MS);
    parse(request, response, (error?: unknown) => {
      clearTimeout(deadline);
      next(error);
    });
  };
}
