import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type AccessLogPage = components['schemas']['AccessLog'];
export type AccessLogRow = AccessLogPage['rows'][number];

/** Instants in ISO 8601; what is absent does not narrow. */
export interface AccessLogFilter {
  readonly who?: string;
  readonly patientId?: string;
  readonly from?: string;
  readonly to?: string;
}

/** The access log, newest first, page after page. */
export const accessLogOptions = (filter: AccessLogFilter) =>
  infiniteQueryOptions({
    queryKey: ['access-log', filter] as const,
    queryFn: ({ pageParam, signal }) =>
      answer<AccessLogPage>(
        api.GET('/api/access-log', {
          params: { query: { ...filter, limit: 100, ...(pageParam === null ? {} : { before: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.after,
    placeholderData: keepPreviousData,
  });
