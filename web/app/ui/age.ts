import type { Day } from './when.ts';
import { readableDay } from './when.ts';

/** An age with its unit; the Korean legal age (만 나이) counts months below one year (Civil Act section 158). */
export interface Age {
  readonly unit: 'ageYears' | 'ageMonths' | 'ageDays';
  readonly count: number;
}

/** The age on a day, 만 나이. undefined without a birth date or when it lies after the day. */
export function ageOn(birthDate: Day, day: Day): Age | undefined {
  if (readableDay(birthDate) === undefined || readableDay(day) === undefined || birthDate > day) return undefined;
  const [born, now] = [numbers(birthDate), numbers(day)];
  const months = (now.year - born.year) * 12 + (now.month - born.month) - (now.date < born.date ? 1 : 0);
  if (months >= 12) return { unit: 'ageYears', count: Math.floor(months / 12) };
  if (months >= 1) return { unit: 'ageMonths', count: months };
  return { unit: 'ageDays', count: Math.round((utc(now) - utc(born)) / 86_400_000) };
}

interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly date: number;
}

function numbers(day: Day): CalendarDay {
  const digits = day.replace(/[.-]/g, '');
  return { year: Number(digits.slice(0, 4)), month: Number(digits.slice(4, 6)), date: Number(digits.slice(6, 8)) };
}

function utc(day: CalendarDay): number {
  return Date.UTC(day.year, day.month - 1, day.date);
}
