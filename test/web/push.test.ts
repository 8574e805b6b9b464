import { afterEach, expect, it, vi } from 'vitest';
import { openPush, type PushMessage, readChange } from '../../web/app/api/push-connection.ts';

/** What a browser's EventSource looks like from outside; the test plays the network. */
class PlayedSource extends EventTarget {
  static readonly all: PlayedSource[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;

  constructor(_url: string) {
    super();
    PlayedSource.all.push(this);
  }

  close(): void {
    this.closed = true;
  }

  say(kind: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }));
  }
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  PlayedSource.all.length = 0;
});

function listen() {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', PlayedSource);
  const heard: PushMessage[] = [];
  const connection = openPush('/api/events', (message) => heard.push(message));
  const latest = () => PlayedSource.all.at(-1) as PlayedSource;
  return { heard, connection, latest };
}

it('passes changes on and ignores what is none', () => {
  const { heard, latest } = listen();
  latest().onopen?.();
  latest().say('change', { epoch: 'e', seq: 4, studyIds: [1, 2, 'x'] });
  latest().say('change', { epoch: 'e' });
  expect(heard).toEqual([{ kind: 'open' }, { kind: 'change', epoch: 'e', seq: 4, studyIds: [1, 2] }]);
  expect(readChange('{')).toBeUndefined();
});

it('tries again by itself, each time a little later, and starts over once it was connected', () => {
  const { heard, latest } = listen();
  const waits: number[] = [];
  for (let round = 0; round < 8; round++) {
    const count = PlayedSource.all.length;
    latest().onerror?.();
    let waited = 0;
    while (PlayedSource.all.length === count) {
      vi.advanceTimersByTime(100);
      waited += 100;
    }
    waits.push(waited);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  latest().onopen?.();
  latest().onerror?.();
  vi.advanceTimersByTime(500);
  expect(PlayedSource.all).toHaveLength(10);
  expect(heard.filter(({ kind }) => kind === 'closed')).toHaveLength(9);
});

it('takes a line that went silent for dead, but only after it has heard a ping', () => {
  const { heard, latest } = listen();
  latest().onopen?.();
  vi.advanceTimersByTime(600_000);
  expect(heard.at(-1)).toEqual({ kind: 'open' });
  latest().say('ping', {});
  vi.advanceTimersByTime(46_000);
  expect(heard.at(-1)).toEqual({ kind: 'closed' });
  expect(PlayedSource.all[0]?.closed).toBe(true);
});

it('ends for good when it is stopped', () => {
  const { connection, latest } = listen();
  latest().onerror?.();
  connection.stop();
  vi.advanceTimersByTime(60_000);
  expect(PlayedSource.all).toHaveLength(1);
});
