/** Looks every hour whether there is something to tell, and tells each thing once a day until it is over. */
import type { Config } from '../../src/config/settings.ts';
import type { Log } from '../../src/log.ts';
import type { Memory } from '../memory.ts';
import type { Condition } from './condition.ts';
import { type Deliveries, send, type Text } from './send.ts';

export interface NotifierSettings {
  clinic: string;
  /** As they are now. */
  notices(): Config['backup']['notices'];
  conditions(): Promise<Condition[]>;
  memory: Memory;
  log: Log;
  now?: () => Date;
}

const KEY = 'backup.notices';
const LOOK_EVERY_MS = 3_600_000;
/** A little less than a day, so that an hourly look does not slip by an hour from day to day. */
const REPEAT_MS = 23.5 * 3_600_000;

export class Notifier {
  readonly #settings: NotifierSettings;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<unknown> = Promise.resolve();

  constructor(settings: NotifierSettings) {
    this.#settings = settings;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Tells what was not told within a day. Never throws; one look at a time. */
  look(): Promise<void> {
    const look = this.#looking.then(() => this.#look());
    this.#looking = look.catch((error) => this.#settings.log.error({ err: error }, 'no notice could be sent'));
    return look.catch(() => undefined);
  }

  /** The test message. */
  test(): Promise<Deliveries> {
    const { clinic, notices } = this.#settings;
    const body =
      '백업 알림 시험입니다. 이 글이 보이면 알림이 잘 갑니다.\nThis is a test: notices of the backup arrive here.';
    return send(notices(), { subject: `[CLINICPACS] ${clinic}: 알림 시험 / test`, body });
  }

  async #look(): Promise<void> {
    const { notices, conditions, memory, clinic, log, now = () => new Date() } = this.#settings;
    const found = await conditions();
    const told = JSON.parse((await memory.get(KEY)) ?? '{}') as Record<string, string>;
    const due = found.filter(({ key }) => now().getTime() - Date.parse(told[key] ?? '1970-01-01') >= REPEAT_MS);
    if (due.length === 0) return;
    const deliveries = await send(notices(), textOf(clinic, due));
    const problems = Object.values(deliveries).filter(({ state }) => state === 'failed');
    if (problems.length > 0) log.error({ deliveries }, 'a notice of the backup was not delivered');
    for (const { key, en } of due) log.warn({ key }, en);
    // What reached nobody is tried again at the next look.
    if (problems.length > 0 && !Object.values(deliveries).some(({ state }) => state === 'sent')) return;
    const at = now().toISOString();
    const kept = Object.entries(told).filter(([key]) => found.some((condition) => condition.key === key));
    const all = Object.fromEntries([...kept, ...due.map(({ key }) => [key, at])]);
    await memory.set(KEY, JSON.stringify(all));
  }
}

const SINCE = 'backup.since';

/** Remembers when backups were first asked for: before it nothing can be overdue. */
export async function beginCounting(memory: Memory): Promise<void> {
  if ((await memory.get(SINCE)) === undefined) await memory.set(SINCE, new Date().toISOString());
}

export async function countingSince(memory: Memory): Promise<Date> {
  const at = await memory.get(SINCE);
  return at === undefined ? new Date() : new Date(at);
}

function textOf(clinic: string, conditions: readonly Condition[]): Text {
  const lines = conditions.map(({ ko, en }) => `- ${ko}\n  ${en}`);
  return { subject: `[CLINICPACS] ${clinic}: 백업을 확인해 주세요 / backup needs attention`, body: lines.join('\n') };
}
