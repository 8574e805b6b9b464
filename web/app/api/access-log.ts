import { infiniteQueryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type AccessLogPage = components['schemas']['AccessLog'];
export type AccessLogRow = AccessLogPage['rows'][number];

/** The access log, newest first, page after page. */
export const accessLogOptions = infiniteQueryOptions({
  queryKey: ['access-log'] as const,
  queryFn: ({ pageParam, signal }) =>
    answer<AccessLogPage>(
      api.GET('/api/access-log', {
        params: { query: { limit: 100, ...(pageParam === null ? {} : { before: pageParam }) } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.after,
});
