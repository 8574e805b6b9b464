import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type Session = components['schemas']['Session'];
export type Identity = components['schemas']['Identity'];

export const sessionKey = ['session'] as const;

/** Who is signed in, and what the clinic is called. Public: it answers without a login too. */
export const sessionOptions = queryOptions({
  queryKey: sessionKey,
  queryFn: ({ signal }) => answer<Session>(api.GET('/api/session', { signal })),
  staleTime: 5 * 60_000,
});

export function logIn(credentials: { name: string; password: string }): Promise<{ identity: Identity }> {
  return answer(api.POST('/api/login', { body: credentials }));
}

export async function logOut(): Promise<void> {
  await answer(api.POST('/api/logout', {}));
}

export function createFirstAdministrator(person: {
  token: string;
  name: string;
  displayName?: string;
  password: string;
}): Promise<{ identity: Identity }> {
  return answer(api.POST('/api/first-run', { body: person }));
}
