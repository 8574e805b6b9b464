import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type Status = components['schemas']['Status'];

/** State of the appliance: how modalities reach it, disk, counts. */
export const statusOptions = queryOptions({
  queryKey: ['status'] as const,
  queryFn: ({ signal }) => answer<Status>(api.GET('/api/status', { signal })),
  staleTime: 30_000,
  refetchInterval: 60_000,
});
