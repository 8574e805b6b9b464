import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { onPush, onPushState, pushState, startPush, stopPush } from '../api/push.ts';
import { sessionKey } from '../api/session.ts';
import { studyKeys } from '../api/studies.ts';

export type Connection = 'ok' | 'lost' | 'back';

/** A short break is nobody's business; after this long the banner says so. */
const QUIET_MS = 5_000;
const BACK_MS = 4_000;

/** Keeps the live connection while somebody is signed in, refreshes what may have been missed, and tells its state. */
export function useLive(): Connection {
  const queries = useQueryClient();
  const state = useSyncExternalStore(onPushState, pushState);
  const [connection, setConnection] = useState<Connection>('ok');

  useEffect(() => {
    startPush();
    return stopPush;
  }, []);

  useEffect(() => {
    let opened = false;
    return onPush((message) => {
      if (message.kind === 'closed') {
        // Perhaps only the session ended: its answer tells a lost server from a lost login.
        void queries.invalidateQueries({ queryKey: sessionKey });
      } else if (message.kind === 'open') {
        // The list of studies looks by itself, so that it does not jump.
        if (opened) void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== studyKeys.all[0] });
        opened = true;
      }
    });
  }, [queries]);

  const open = state === 'open';
  useEffect(() => {
    if (open) {
      setConnection((before) => (before === 'lost' ? 'back' : before));
      const timer = setTimeout(() => setConnection('ok'), BACK_MS);
      return () => clearTimeout(timer);
    }
    const timer = setTimeout(() => setConnection('lost'), QUIET_MS);
    return () => clearTimeout(timer);
  }, [open]);
  return connection;
}
