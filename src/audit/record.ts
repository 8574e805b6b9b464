/**
 * The access log (접속기록): who saw or did what, to whose images, when and from where. Events are taken at once and
 * written together, at the latest after a second, chained by hash in records.sqlite.
 */
import type { Database } from '../db/database.ts';
import type { AccessEntry } from '../db/operations/audit.ts';
import type { Log } from '../log.ts';
import { RepeatFilter } from './repeat-filter.ts';

export type AuditAction =
  | 'login'
  | 'login.failed'
  | 'logout'
  | 'study.open'
  | 'query'
  | 'retrieve'
  | 'send'
  | 'store'
  | 'mpps'
  | 'commitment'
  | 'order.create'
  | 'order.change'
  | 'order.cancel'
  | 'download'
  | 'user.create'
  | 'user.role'
  | 'user.password'
  | 'user.enable'
  | 'user.disable'
  | 'device.approve'
  | 'device.create'
  | 'device.change'
  | 'device.remove'
  | 'backup.run'
  | 'backup.alarm.acknowledge'
  | 'backup.keys.make'
  | 'backup.keys.confirm'
  | 'backup.keys.stop'
  | 'backup.notices.change'
  | 'backup.disk.forget'
  | 'backup.look'
  | 'backup.put-back'
  | 'access-log.view'
  | 'denied';

export interface AuditEvent {
  /** A user's name or 'AE@address'. */
  readonly who: string;
  readonly action: AuditAction;
  /** IP address. */
  readonly from: string;
  readonly door: 'web' | 'dicomweb' | 'dimse' | 'cli';
  readonly patientId?: string | undefined;
  readonly studyInstanceUid?: string | undefined;
  readonly detail?: string | undefined;
  readonly outcome: 'ok' | 'refused';
}

const BATCH_ROWS = 100;
const BATCH_MS = 1000;
/** How many rows may wait for a disk that cannot be written. */
const MOST_WAITING = 100_000;
const LONGEST_FIELD = 1024;

export class Audit {
  readonly #database: Database;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #repeats: RepeatFilter;
  #waiting: AccessEntry[] = [];
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param now milliseconds since 1970 */
  constructor(database: Database, log: Log, now: () => number = Date.now) {
    this.#database = database;
    this.#log = log;
    this.#now = now;
    this.#repeats = new RepeatFilter(now);
  }

  /** Takes an event; never throws. The same user looking at the same study again within five minutes is one event. */
  record(event: AuditEvent): void {
    if (this.#repeats.isRepeat(event)) return;
    this.#waiting.push(entryOf(event, new Date(this.#now()).toISOString()));
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#lost++;
    }
    if (this.#waiting.length >= BATCH_ROWS) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), BATCH_MS).unref();
  }

  /** Writes what waits; resolves when it is on the disk, or after a failure that will be tried again. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const entries = this.#waiting;
    if (entries.length === 0) return;
    this.#waiting = [];
    try {
      await this.#database.write('appendAccessRows', { entries });
      if (this.#lost > 0) this.#log.error({ rows: this.#lost }, 'access log rows were lost while the disk was full');
      this.#lost = 0;
    } catch (error) {
      this.#log.error(
        { err: error, rows: entries.length },
        'the access log cannot be written; its rows wait in memory',
      );
      this.#waiting = [...entries, ...this.#waiting];
      this.#timer ??= setTimeout(() => void this.flush(), BATCH_MS * 5).unref();
    }
  }
}

function entryOf(event: AuditEvent, at: string): AccessEntry {
  return {
    at,
    who: clean(event.who),
    action: event.action,
    from: clean(event.from),
    door: event.door,
    patientId: clean(event.patientId),
    studyInstanceUid: clean(event.studyInstanceUid),
    detail: clean(event.detail),
    outcome: event.outcome,
  };
}

/** One line, bounded: what devices send may hold anything. */
function clean(text = ''): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ').slice(0, LONGEST_FIELD);
}
