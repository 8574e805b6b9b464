/** Signing in and out, as the whole page sees it: caches, live news and the other tabs of this browser. */

import { pictures } from '../api/pictures.ts';
import { startPush, stopPush } from '../api/push.ts';
import { type Identity, logOut, type Session, sessionKey } from '../api/session.ts';
import { queryClient } from './client.ts';

const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('clinicpacs');

/** Takes over a fresh login. Another person or role than before empties everything that was loaded. */
export async function signedIn(identity: Identity, before: Identity | null): Promise<void> {
  const same = before !== null && before.userName === identity.userName && before.role === identity.role;
  if (!same) forgetPatients();
  queryClient.setQueryData<Session>(sessionKey, (session) => session && { ...session, identity, firstRun: false });
  await queryClient.invalidateQueries({ queryKey: sessionKey });
  startPush();
  if (same) void queryClient.invalidateQueries();
}

/** Signs out here and in the other tabs; nothing about patients stays in memory. */
export async function signOut(): Promise<void> {
  try {
    await logOut();
  } finally {
    forget();
    tabs?.postMessage('signed-out');
  }
}

/** Calls back when another tab signed out. */
export function onSignedOutElsewhere(listener: () => void): () => void {
  const hear = (event: MessageEvent) => {
    if (event.data !== 'signed-out') return;
    forget();
    listener();
  };
  tabs?.addEventListener('message', hear);
  return () => tabs?.removeEventListener('message', hear);
}

function forget(): void {
  stopPush();
  forgetPatients();
  queryClient.setQueryData<Session>(sessionKey, (session) => session && { ...session, identity: null });
}

function forgetPatients(): void {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] });
  pictures.clear();
}
