import { useEffect, useState } from 'react';

/** Whole seconds left until something may be tried again; 0 = now. */
export function useCountdown(): { seconds: number; start: (seconds: number | undefined) => void } {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (seconds === 0) return;
    const timer = setTimeout(() => setSeconds(seconds - 1), 1000);
    return () => clearTimeout(timer);
  }, [seconds]);
  return { seconds, start: (wait) => setSeconds(wait === undefined ? 0 : Math.ceil(wait)) };
}
