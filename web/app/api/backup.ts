import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type Backup = components['schemas']['Backup'];

const IDLE_MS = 30_000;
const RUNNING_MS = 1_000;

/** State of the backup; asked every second while one runs. */
export const backupOptions = queryOptions({
  queryKey: ['backup'] as const,
  queryFn: ({ signal }) => answer<Backup>(api.GET('/api/backup', { signal })),
  staleTime: 1_000,
  refetchInterval: (query) => (query.state.data?.running == null ? IDLE_MS : RUNNING_MS),
});

export async function runBackup(): Promise<void> {
  await answer(api.POST('/api/backup/run', {}));
}

/** Somebody has looked: backups may begin again. */
export async function acknowledgeAlarm(id: string): Promise<void> {
  await answer(api.POST('/api/backup/alarm/acknowledge', { body: { id } }));
}
