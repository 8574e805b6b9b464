/** Days and times: DICOM DA and TM values, the server's instants, today and yesterday in the clinic's zone. */

/** Day as DICOM writes it, YYYYMMDD; plain digits compare in the order of time. */
export type Day = string;

/** 20261124 → '2026-11-24'; the old form with dots is read too. undefined when it is no day. */
export function readableDay(day: string): string | undefined {
  const digits = day.replace(/[.-]/g, '');
  if (!/^\d{8}$/.test(digits)) return undefined;
  const [year, month, date] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)];
  const parsed = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date)));
  if (parsed.getUTCMonth() + 1 !== Number(month) || parsed.getUTCDate() !== Number(date)) return undefined;
  return `${year}-${month}-${date}`;
}

/** 140532.123 → '14:05'; '' when it is no time. */
export function readableTime(time: string): string {
  const digits = time.replace(/:/g, '');
  const match = /^([01]\d|2[0-3])([0-5]\d)?/.exec(digits);
  return match === null ? '' : `${match[1]}:${match[2] ?? '00'}`;
}

/** The day and the time that an instant has on the clinic's wall, e.g. { day: '20261124', time: '14:05' }. */
export function wallClock(instant: Date, timeZone: string): { day: Day; time: string } {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(instant)
      .map((part) => [part.type, part.value]),
  );
  return { day: `${parts.year}${parts.month}${parts.day}`, time: `${parts.hour}:${parts.minute}` };
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formatters.set(timeZone, made);
  return made;
}

/** The instant at which a day begins on the clinic's wall. */
export function startOfDay(day: Day, timeZone: string): Date {
  const utc = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)));
  const wall = wallClock(new Date(utc), timeZone);
  const [hours = 0, minutes = 0] = wall.time.split(':').map(Number);
  const ahead = (wall.day === day ? 0 : -24 * 60) + hours * 60 + minutes;
  return new Date(utc - ahead * 60_000);
}

/** A day moved by whole days: addDays('20260301', -1) = '20260228'. */
export function addDays(day: Day, days: number): Day {
  const moved = new Date(
    Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)) + days),
  );
  return moved.toISOString().slice(0, 10).replaceAll('-', '');
}

/** A day moved by whole months, held inside the month: addMonths('20260331', -1) = '20260228'. */
export function addMonths(day: Day, months: number): Day {
  const [year, month, date] = [Number(day.slice(0, 4)), Number(day.slice(4, 6)), Number(day.slice(6, 8))];
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  const moved = new Date(Date.UTC(year, month - 1 + months, Math.min(date, last)));
  return moved.toISOString().slice(0, 10).replaceAll('-', '');
}

/** Does the day have a word of its own? */
export function dayWord(day: Day, today: Day): 'today' | 'yesterday' | undefined {
  if (day === today) return 'today';
  return day === addDays(today, -1) ? 'yesterday' : undefined;
}
