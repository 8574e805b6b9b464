import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type Transfer = components['schemas']['Transfer'];
export type RemoteSearch = components['schemas']['RemoteSearch'];
export type RemoteStudies = components['schemas']['RemoteStudies'];
export type RemoteStudy = RemoteStudies['studies'][number];

const IDLE_MS = 30_000;
const RUNNING_MS = 700;

export function isUnderWay({ state }: Transfer): boolean {
  return state === 'waiting' || state === 'running';
}

/** What is sent and fetched, newest first; asked again and again while one is under way. */
export const transfersOptions = queryOptions({
  queryKey: ['transfers'] as const,
  queryFn: ({ signal }) => answer<{ transfers: Transfer[] }>(api.GET('/api/transfers', { signal })),
  staleTime: 500,
  refetchInterval: (query) => (query.state.data?.transfers.some(isUnderWay) ? RUNNING_MS : IDLE_MS),
});

export function sendStudy(studyId: number, device: string): Promise<Transfer> {
  return answer<Transfer>(api.POST('/api/send', { body: { studyId, device } }));
}

/** Asks another PACS; names go in the body, they must not reach logs. */
export function searchAt(device: string, search: RemoteSearch): Promise<RemoteStudies> {
  return answer<RemoteStudies>(
    api.POST('/api/devices/{id}/search', { params: { path: { id: device } }, body: search }),
  );
}

export function fetchFrom(
  device: string,
  { studyInstanceUid, patientId }: RemoteStudy,
  by: 'move' | 'get',
): Promise<Transfer> {
  return answer<Transfer>(
    api.POST('/api/devices/{id}/fetch', {
      params: { path: { id: device } },
      body: { studyInstanceUid, by, ...(patientId === '' ? {} : { patientId }) },
    }),
  );
}

export async function stopTransfer(id: number): Promise<void> {
  await answer(api.POST('/api/transfers/{id}/stop', { params: { path: { id } } }));
}
