/** Live news from the server for this page: one connection shared by all tabs, its state, and who listens. */
import { openPush, type PushConnection, type PushMessage } from './push-connection.ts';

export type PushState = 'off' | 'connecting' | 'open' | 'lost';

const stateListeners = new Set<() => void>();
const newsListeners = new Set<(message: PushMessage) => void>();
let state: PushState = 'off';
let worker: SharedWorker | undefined;
let own: PushConnection | undefined;

/** Starts listening, or tries at once again after a login. */
export function startPush(): void {
  if (state !== 'open') setState('connecting');
  if (typeof SharedWorker === 'undefined') {
    own?.stop();
    own = openPush('/api/events', take);
    return;
  }
  worker ??= connectWorker();
  worker.port.postMessage('start');
}

/** Stops listening: nobody is signed in any more. */
export function stopPush(): void {
  own?.stop();
  worker?.port.postMessage('stop');
  setState('off');
}

/** For useSyncExternalStore. */
export function pushState(): PushState {
  return state;
}

export function onPushState(listener: () => void): () => void {
  stateListeners.add(listener);
  return () => stateListeners.delete(listener);
}

/** Hears 'open' after every (re)connection, when events may have been missed, and every change. */
export function onPush(listener: (message: PushMessage) => void): () => void {
  newsListeners.add(listener);
  return () => newsListeners.delete(listener);
}

function connectWorker(): SharedWorker {
  const made = new SharedWorker(new URL('./push-worker.ts', import.meta.url), { type: 'module', name: 'push' });
  made.port.onmessage = (event) => take(event.data as PushMessage);
  // A closing tab leaves by itself, so that the last one ends the connection.
  addEventListener('pagehide', () => made.port.postMessage('stop'));
  addEventListener('pageshow', (event) => {
    if (event.persisted && state !== 'off') made.port.postMessage('start');
  });
  return made;
}

function take(message: PushMessage): void {
  if (state === 'off') return;
  if (message.kind === 'open') setState('open');
  if (message.kind === 'closed') setState('lost');
  for (const listener of newsListeners) listener(message);
}

function setState(next: PushState): void {
  if (state === next) return;
  state = next;
  for (const listener of stateListeners) listener();
}
