import { type PointerEvent, type RefObject, useMemo, useRef } from 'react';
import type { Attention } from './arrivals.ts';

/** After rows moved, presses count for nothing this long: nobody can have seen the new order yet. */
const GUARD_MS = 500;

export interface AttentionWatch {
  /** Where the reader's attention is. */
  now(): Attention;
  /** Rows are about to change place. */
  moved(): void;
  /** Did rows move so recently that a press may be meant for another one? */
  guarded(): boolean;
  readonly handlers: {
    onPointerMove(event: PointerEvent): void;
    onPointerLeave(): void;
  };
}

/** Watches the pointer over the list without re-drawing anything. */
export function useAttention(scroller: RefObject<HTMLDivElement | null>): AttentionWatch {
  const pointing = useRef(false);
  const movedAt = useRef(Number.NEGATIVE_INFINITY);
  const shiftedAt = useRef(Number.NEGATIVE_INFINITY);
  return useMemo(
    () => ({
      now: () => ({
        atTop: (scroller.current?.scrollTop ?? 0) < 4,
        pointing: pointing.current,
        restedFor: performance.now() - movedAt.current,
      }),
      moved: () => {
        if (pointing.current) shiftedAt.current = performance.now();
      },
      guarded: () => performance.now() - shiftedAt.current < GUARD_MS,
      handlers: {
        onPointerMove: (event) => {
          if (event.pointerType === 'touch') return;
          pointing.current = event.target instanceof Element && event.target.closest('[data-study]') !== null;
          movedAt.current = performance.now();
        },
        onPointerLeave: () => {
          pointing.current = false;
        },
      },
    }),
    [scroller],
  );
}
