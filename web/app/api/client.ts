import createClient from 'openapi-fetch';
import type { paths } from './schema.d.ts';

/** A failure of the server's table, or no answer at all (status 0, code NETWORK). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly sentence: { readonly ko: string; readonly en: string } | undefined;
  readonly detail: string;
  readonly fields: Readonly<Record<string, { ko: string; en: string }>>;
  /** Seconds to wait before trying again, when the server names them. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, problem: Partial<Problem> = {}, retryAfter?: number) {
    super(`${status} ${code}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.sentence = problem.message;
    this.detail = problem.detail ?? '';
    this.fields = problem.errors ?? {};
    this.retryAfter = retryAfter;
  }
}

interface Problem {
  code: string;
  message: { ko: string; en: string };
  detail?: string;
  errors?: Record<string, { ko: string; en: string }>;
}

/** Same origin, session cookie; knows paths and types from the server's OpenAPI document. */
export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });

/** The data of an answer, or an ApiError: `await answer(api.GET('/api/status', { signal }))`. */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call.catch((thrown: unknown) => {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw new ApiError(0, 'NETWORK');
  });
  if (response.ok) return data as T;
  const problem = isProblem(error) ? error : undefined;
  const wait = Number(response.headers.get('Retry-After') ?? Number.NaN);
  throw new ApiError(
    response.status,
    problem?.code ?? `HTTP_${response.status}`,
    problem,
    Number.isFinite(wait) ? wait : undefined,
  );
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}
