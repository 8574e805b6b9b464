/** When the nightly run is due, in the clinic's time zone; a night that was missed is made up at the start. */
import cron, { type ScheduledTask } from 'node-cron';

export interface Schedule {
  /** The next regular run. */
  next(): Date | null;
  stop(): Promise<void>;
}

/** A made-up run waits until the start is over. */
const MAKE_UP_AFTER_MS = 60_000;

/** What became of a run is told by the run itself. */
const SILENT = { info: nothing, warn: nothing, error: nothing, debug: nothing };

export interface ScheduleOptions {
  /** Local time of day, `HH:MM`. */
  at: string;
  /** IANA name. */
  timeZone: string;
  /** When everything was last safe; undefined when never. Asked when a missed night would be made up: somebody may have been faster. */
  lastSuccess(): Promise<Date | undefined>;
  /** Milliseconds after which a missed night is made up; for tests. */
  makeUpAfterMs?: number;
  now?: Date;
  /** Runs a backup; never two at a time. */
  run(reason: 'night' | 'missed'): Promise<void>;
}

/** Starts the clock. */
export function startSchedule(options: ScheduleOptions): Schedule {
  const { at, timeZone, lastSuccess, now = new Date(), run } = options;
  const [hour, minute] = at.split(':').map(Number);
  const task: ScheduledTask = cron.schedule(`${minute} ${hour} * * *`, () => run('night'), {
    timezone: timeZone,
    noOverlap: true,
    logger: SILENT,
    unref: true,
  });
  let stopped = false;
  const makeUpMissed = async () => {
    if (isMissed(await lastSuccess(), at, timeZone, now) && !stopped) await run('missed');
  };
  const makeUp = setTimeout(() => void makeUpMissed(), options.makeUpAfterMs ?? MAKE_UP_AFTER_MS);
  makeUp.unref();
  return {
    next: () => task.getNextRun(),
    async stop() {
      stopped = true;
      clearTimeout(makeUp);
      await task.destroy();
    },
  };
}

/** Has a night passed since everything was last safe? */
export function isMissed(lastSuccess: Date | undefined, at: string, timeZone: string, now: Date): boolean {
  return lastSuccess === undefined || lastSuccess < lastDue(at, timeZone, now);
}

/** The last moment, not after `now`, at which the clocks of the time zone showed `at`. */
export function lastDue(at: string, timeZone: string, now: Date): Date {
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  const local = wallClock(now, timeZone);
  for (let daysBack = 0; ; daysBack++) {
    const wall = Date.UTC(local.year, local.month - 1, local.day - daysBack, hour, minute);
    const due = new Date(wall - offsetAt(new Date(wall - offsetAt(new Date(wall), timeZone)), timeZone));
    if (due <= now) return due;
  }
}

/** Milliseconds by which the wall clock of the time zone is ahead of UTC at a moment. */
function offsetAt(at: Date, timeZone: string): number {
  const { year, month, day, hour, minute, second } = wallClock(at, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at.getTime() / 1000) * 1000;
}

function wallClock(at: Date, timeZone: string) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  return {
    year: of('year'),
    month: of('month'),
    day: of('day'),
    hour: of('hour'),
    minute: of('minute'),
    second: of('second'),
  };
}

function nothing(): void {}
