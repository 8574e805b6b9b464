import { useCallback, useState } from 'react';
import type { Size } from './geometry.ts';

interface Measured {
  readonly size: Size;
  /** A ref for the element to be measured. */
  readonly measured: (element: HTMLElement | null) => (() => void) | undefined;
}

/** The size of an element in CSS pixels, kept up to date. */
export function useSize(): Measured {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const measured = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return { size, measured };
}
