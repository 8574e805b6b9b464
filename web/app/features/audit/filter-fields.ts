import type { AccessLogFilter } from '../../api/access-log.ts';
import { addDays, startOfDay } from '../../ui/when.ts';

/** The log of whole days on the clinic's wall: the last day is in. */
export function filterIn(fields: FormData, timeZone: string): AccessLogFilter {
  const text = (name: string) => String(fields.get(name) ?? '').trim();
  const day = (name: string) => text(name).replaceAll('-', '');
  const [who, patientId, from, to] = [text('who'), text('patientId'), day('from'), day('to')];
  return {
    ...(who === '' ? {} : { who }),
    ...(patientId === '' ? {} : { patientId }),
    ...(from === '' ? {} : { from: startOfDay(from, timeZone).toISOString() }),
    ...(to === '' ? {} : { to: startOfDay(addDays(to, 1), timeZone).toISOString() }),
  };
}
