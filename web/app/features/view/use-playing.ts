import { useEffect, useEffectEvent } from 'react';

const USUAL_MS = 66;
const SHORTEST_MS = 20;

/** One picture after the other, as fast as they were taken. */
export function usePlaying(playing: boolean, frameTimeMs: number | null, onNext: () => void): void {
  const next = useEffectEvent(onNext);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => next(), Math.max(SHORTEST_MS, frameTimeMs ?? USUAL_MS));
    return () => clearInterval(timer);
  }, [playing, frameTimeMs]);
}
