/**
 * One connection for server-sent events with its own back-off: the browser's EventSource gives up for good on any answer
 * but 200, for instance while the appliance restarts. Runs in the shared worker, or in the page where there is none.
 */

/** What the listeners hear. `closed` is repeated for every failed attempt. */
export type PushMessage =
  | { readonly kind: 'open' }
  | { readonly kind: 'closed' }
  /** Devices called: there are new connection attempts. */
  | { readonly kind: 'attempts' }
  | { readonly kind: 'change'; readonly epoch: string; readonly seq: number; readonly studyIds: readonly number[] };

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** The server pings every 15 s; silence much longer than that is a dead line that nobody told us about. */
const SILENCE_MS = 45_000;

export interface PushConnection {
  /** Ends the connection and all attempts. */
  stop(): void;
}

export function openPush(url: string, tell: (message: PushMessage) => void): PushConnection {
  let source: EventSource | undefined;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const again = () => {
    source?.close();
    clearTimeout(silence);
    tell({ kind: 'closed' });
    retry = setTimeout(connect, Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures));
    failures += 1;
  };
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(again, SILENCE_MS);
  };
  const connect = () => {
    source = new EventSource(url);
    source.onopen = () => {
      failures = 0;
      tell({ kind: 'open' });
    };
    source.onerror = again;
    // Only a server that pings is expected to: without the first ping there is no watch on silence.
    source.addEventListener('ping', heard);
    source.addEventListener('attempts', () => tell({ kind: 'attempts' }));
    source.addEventListener('change', (event) => {
      const change = readChange((event as MessageEvent).data);
      if (change !== undefined) tell(change);
    });
  };

  connect();
  return {
    stop() {
      clearTimeout(retry);
      clearTimeout(silence);
      source?.close();
    },
  };
}

/** The data of a change event, or undefined when it is something else. */
export function readChange(data: unknown): (PushMessage & { kind: 'change' }) | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const { epoch, seq, studyIds } = JSON.parse(data) as Record<string, unknown>;
    if (typeof epoch !== 'string' || typeof seq !== 'number' || !Array.isArray(studyIds)) return undefined;
    return { kind: 'change', epoch, seq, studyIds: studyIds.filter((id) => typeof id === 'number') };
  } catch {
    return undefined;
  }
}
