import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type User = components['schemas']['User'];
export type NewUser = components['schemas']['NewUser'];
export type Role = components['schemas']['Role'];

export const usersOptions = queryOptions({
  queryKey: ['users'] as const,
  queryFn: ({ signal }) => answer<{ users: User[] }>(api.GET('/api/users', { signal })),
});

export async function addUser(user: NewUser): Promise<void> {
  await answer(api.POST('/api/users', { body: user }));
}

export type UserChange = components['schemas']['UserChange'];

export async function changeUser(name: string, change: UserChange): Promise<void> {
  await answer(api.PATCH('/api/users/{name}', { params: { path: { name } }, body: change }));
}

/** The own password, by who proves the one before. */
export async function changeOwnPassword(passwords: { before: string; password: string }): Promise<void> {
  await answer(api.POST('/api/password', { body: passwords }));
}
