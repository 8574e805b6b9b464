import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type Device = components['schemas']['Device'];
export type NewDevice = components['schemas']['NewDevice'];
export type Attempt = components['schemas']['Attempt'];
export type ConnectionTest = components['schemas']['ConnectionTest'];

export const devicesOptions = queryOptions({
  queryKey: ['devices'] as const,
  queryFn: ({ signal }) => answer<{ devices: Device[] }>(api.GET('/api/devices', { signal })),
});

/** Connections to the DICOM ports, newest first; the server tells when there are new ones. */
export const attemptsOptions = queryOptions({
  queryKey: ['attempts'] as const,
  queryFn: ({ signal }) => answer<{ attempts: Attempt[] }>(api.GET('/api/attempts', { signal })),
  refetchInterval: 30_000,
});

export async function addDevice(device: NewDevice): Promise<Device> {
  return answer<Device>(api.POST('/api/devices', { body: device }));
}

export async function changeDevice(id: string, device: NewDevice): Promise<Device> {
  return answer<Device>(api.PUT('/api/devices/{id}', { params: { path: { id } }, body: device }));
}

export async function removeDevice(id: string): Promise<void> {
  await answer(api.DELETE('/api/devices/{id}', { params: { path: { id } } }));
}

/** Does it answer to C-ECHO? */
export function testDevice(id: string): Promise<ConnectionTest> {
  return answer<ConnectionTest>(api.POST('/api/devices/{id}/test', { params: { path: { id } } }));
}

/** Approves the device of an attempt: its next connection is served. */
export function approve(
  attempt: number,
  approval: { name: string; may: string[]; certificateFingerprint?: string },
): Promise<Device> {
  return answer<Device>(api.POST('/api/attempts/{id}/approve', { params: { path: { id: attempt } }, body: approval }));
}
