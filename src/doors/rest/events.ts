/** Server push (`GET /api/events`): tells open pages which studies changed, from the change log, and that devices called. */
import type { Response } from 'express';
import type { Archive } from '../../archive/archive.ts';
import type { Attempts } from '../../attempts/attempts.ts';
import { ArchiveError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Exchange } from './exchange.ts';

type Changes = Archive['changes'];
type Cursor = Awaited<ReturnType<Changes['head']>>;

/** Changes that come close together are told together. */
const GATHER_MS = 150;
const ATTEMPTS_MS = 500;
const HEARTBEAT_MS = 15_000;
const PER_USER = 10;
const LINES_AT_ONCE = 1000;
/** A page that has not taken this much is stuck; it comes back by itself. */
const MOST_UNSENT = 1 << 20;

interface Listener {
  response: Response;
  userName: string;
  /** May read the attempts. */
  managesDevices: boolean;
  /** What it has been told. */
  told: Cursor;
}

export interface EventsDeps {
  changes: Changes;
  attempts: Pick<Attempts, 'onChange'>;
  log: Log;
  heartbeatMs?: number;
}

export class Events {
  readonly #changes: Changes;
  readonly #log: Log;
  readonly #heartbeatMs: number;
  readonly #listeners = new Set<Listener>();
  #telling = false;
  #again = false;
  #attemptsTold: NodeJS.Timeout | undefined;

  constructor({ changes, attempts, log, heartbeatMs = HEARTBEAT_MS }: EventsDeps) {
    this.#changes = changes;
    this.#log = log;
    this.#heartbeatMs = heartbeatMs;
    changes.onChange(() => this.#tellSoon());
    attempts.onChange(() => this.#tellOfAttempts());
  }

  /**
   * Opens the stream. With Last-Event-ID (`epoch:seq`) it begins with what came after that.
   * @throws ArchiveError TOO_MANY_ASSOCIATIONS when one user holds too many streams
   */
  async open({ request, response, locals }: Exchange): Promise<void> {
    const userName = locals.identity?.userName ?? '';
    const own = [...this.#listeners].filter((listener) => listener.userName === userName);
    if (own.length >= PER_USER) throw new ArchiveError('TOO_MANY_ASSOCIATIONS', 'events');
    const head = await this.#changes.head();
    const managesDevices = locals.identity?.permissions.has('settings.manage') === true;
    const told = resumeFrom(request.get('Last-Event-ID')) ?? head;
    const listener: Listener = { response, userName, managesDevices, told };
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    response.write(`retry: 2000\n\n`);
    const heartbeat = setInterval(() => {
      if (locals.isStillLoggedIn()) response.write('event: ping\ndata: {}\n\n');
      else response.end();
    }, this.#heartbeatMs);
    const end = () => response.end();
    locals.stopping.addEventListener('abort', end, { once: true });
    response.once('close', () => {
      clearInterval(heartbeat);
      locals.stopping.removeEventListener('abort', end);
      this.#listeners.delete(listener);
    });
    if (response.destroyed) return;
    this.#listeners.add(listener);
    this.#tellSoon();
  }

  /** A device that calls again and again is told of at most once in a while; what to show is read from the list. */
  #tellOfAttempts(): void {
    this.#attemptsTold ??= setTimeout(() => {
      this.#attemptsTold = undefined;
      for (const { response, managesDevices } of this.#listeners) {
        if (managesDevices) response.write('event: attempts\ndata: {}\n\n');
      }
    }, ATTEMPTS_MS).unref();
  }

  #tellSoon(): void {
    this.#again = true;
    if (this.#telling || this.#listeners.size === 0) return;
    this.#telling = true;
    setTimeout(() => void this.#tellAll(), GATHER_MS);
  }

  async #tellAll(): Promise<void> {
    this.#again = false;
    try {
      const head = await this.#changes.head();
      for (const listener of this.#listeners) await this.#tell(listener, head);
    } catch (error) {
      this.#log.warn({ err: error }, 'open pages could not be told of changes');
    }
    this.#telling = false;
    if (this.#again) this.#tellSoon();
  }

  async #tell(listener: Listener, head: Cursor): Promise<void> {
    if (listener.told.epoch !== head.epoch) {
      // The index was rebuilt: study numbers of before mean nothing now, the page reads everything again.
      this.#send(listener, head, []);
      return;
    }
    while (listener.told.seq < head.seq) {
      const changes = await this.#changes.since(listener.told, LINES_AT_ONCE);
      const last = changes.at(-1);
      if (!last) return;
      this.#send(listener, { epoch: head.epoch, seq: last.seq }, [...new Set(changes.map(({ studyId }) => studyId))]);
    }
  }

  #send(listener: Listener, { epoch, seq }: Cursor, studyIds: number[]): void {
    const { response } = listener;
    listener.told = { epoch, seq };
    response.write(`event: change\nid: ${epoch}:${seq}\ndata: ${JSON.stringify({ epoch, seq, studyIds })}\n\n`);
    if (response.writableLength > MOST_UNSENT) response.destroy();
  }
}

function resumeFrom(lastEventId: string | undefined): Cursor | undefined {
  const [, epoch, seq] = /^([\w-]{1,64}):(\d{1,15})$/.exec(lastEventId ?? '') ?? [];
  return epoch === undefined ? undefined : { epoch, seq: Number(seq) };
}
