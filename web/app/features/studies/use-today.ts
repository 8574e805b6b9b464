import { useEffect, useState } from 'react';
import { type Day, wallClock } from '../../ui/when.ts';

/** The clinic's day; a list left open over night turns to the new one by itself. */
export function useToday(timeZone: string): Day {
  const [today, setToday] = useState(() => wallClock(new Date(), timeZone).day);
  useEffect(() => {
    const look = () => setToday(wallClock(new Date(), timeZone).day);
    look();
    const timer = setInterval(look, 20_000);
    return () => clearInterval(timer);
  }, [timeZone]);
  return today;
}
