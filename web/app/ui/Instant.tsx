import { useTranslation } from 'react-i18next';
import { dayWord, readableDay, wallClock } from './when.ts';

/** '오늘 14:05', '2026-11-22 09:12': an instant on the clinic's clock, today and yesterday by word. */
export function useInstant(timeZone: string): (iso: string) => string {
  const { t } = useTranslation();
  return (iso) => {
    const instant = new Date(iso);
    if (Number.isNaN(instant.getTime())) return iso;
    const { day, time } = wallClock(instant, timeZone);
    const word = dayWord(day, wallClock(new Date(), timeZone).day);
    return `${word === undefined ? readableDay(day) : t(`studies.${word}`)} ${time}`;
  };
}
