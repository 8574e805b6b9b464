import { useState } from 'react';
import { heldRows } from './held-rows.ts';

interface HeldList<Row> {
  readonly rows: readonly Row[];
  readonly waiting: number;
  /** Shows what waits. */
  readonly release: () => void;
  /** For the element around the rows and the button that shows what waits. */
  readonly holding: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
    readonly onFocus: () => void;
    readonly onBlur: () => void;
  };
}

/** A live list that never moves under the pointer or the focus. */
export function useHeldRows<Row extends { id: number | string }>(fresh: readonly Row[]): HeldList<Row> {
  const [held, setHeld] = useState<readonly Row[]>();
  const hold = () => setHeld((before) => before ?? fresh);
  const release = () => setHeld(undefined);
  const { rows, waiting } = held === undefined ? { rows: fresh, waiting: 0 } : heldRows(held, fresh);
  return {
    rows,
    waiting,
    release: () => setHeld(held === undefined ? undefined : fresh),
    holding: { onPointerEnter: hold, onPointerLeave: release, onFocus: hold, onBlur: release },
  };
}
