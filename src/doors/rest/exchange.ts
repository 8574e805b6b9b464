/** One request of this door: read by its schemas, answered by its schema, with who asks and from where. */
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { RequestLocals } from '../../accounts/request-locals.ts';
import { ArchiveError } from '../../errors.ts';

/** REQUEST_INVALID with a sentence for each field that is wrong. */
export class RequestInvalid extends ArchiveError {
  readonly errors: Readonly<Record<string, { ko: string; en: string }>>;

  constructor(errors: Readonly<Record<string, { ko: string; en: string }>>) {
    super('REQUEST_INVALID', Object.keys(errors).join(', '));
    this.errors = errors;
  }
}

export interface Exchange {
  request: Request;
  response: Response;
  locals: RequestLocals;
}

/** A handler that answers with what it returns as JSON. */
export function json<T extends z.ZodType>(
  _answer: T,
  handle: (exchange: Exchange) => Promise<z.input<T>> | z.input<T>,
): RequestHandler {
  return async (request, response) => {
    response.json(await handle(exchangeOf(request, response)));
  };
}

/** A handler that sends its answer itself. */
export function raw(handle: (exchange: Exchange) => Promise<void> | void): RequestHandler {
  return (request, response) => handle(exchangeOf(request, response));
}

/**
 * What the schema makes of a body, a query or path parameters.
 * @throws RequestInvalid naming every field that is wrong
 */
export function read<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RequestInvalid(Object.fromEntries(parsed.error.issues.flatMap(sentencesOf)));
}

/** The same object without the fields that were not given. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function exchangeOf(request: Request, response: Response): Exchange {
  return { request, response, locals: response.locals as RequestLocals };
}

function sentencesOf(issue: z.core.$ZodIssue): [string, { ko: string; en: string }][] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const at = (key: string) => (path === '' ? key : `${path}.${key}`);
    return issue.keys.map((key) => [at(key), { ko: '모르는 항목입니다.', en: 'There is no such field.' }]);
  }
  if (issue.code === 'too_big') return [[path, { ko: '너무 길거나 큽니다.', en: 'Too long or too large.' }]];
  if (issue.code === 'too_small') return [[path, { ko: '비어 있거나 너무 작습니다.', en: 'Empty or too small.' }]];
  return [[path, { ko: '값이 없거나 형식이 맞지 않습니다.', en: 'Missing, or not of the right form.' }]];
}
