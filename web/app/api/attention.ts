import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type AttentionList = components['schemas']['Attention'];

/** Images kept aside: in quarantine, or clashing with stored ones. */
export const attentionOptions = queryOptions({
  queryKey: ['attention'] as const,
  queryFn: ({ signal }) => answer<AttentionList>(api.GET('/api/attention', { signal })),
});

export function quarantineFileUrl(id: string): string {
  return `/api/quarantine/${encodeURIComponent(id)}/file`;
}

export function instanceFileUrl(fileId: string): string {
  return `/api/instances/${encodeURIComponent(fileId)}/file`;
}
