import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect } from 'react';
import { RowGroup } from './Grid.tsx';
import css from './Rows.module.css';

/** What a list shows instead of, or above, its rows: every list must know all four. */
export interface RowStates {
  readonly loading: ReactNode;
  readonly empty: ReactNode;
  /** null while nothing failed. */
  readonly failed: ReactNode | null;
  /** Rows of an earlier question are shown dimmed until the answer comes. */
  readonly stale: boolean;
}

interface RowsProps<Row> {
  /** undefined: not loaded yet. */
  readonly rows: readonly Row[] | undefined;
  readonly keyOf: (row: Row) => number;
  /** Pixels; all rows of a list are equally high. */
  readonly rowHeight: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Receives the list's instance, to scroll to a row. */
  readonly list: RefObject<Virtualizer<HTMLDivElement, Element> | null>;
  readonly row: (row: Row, index: number, scrolling: boolean) => ReactNode;
  readonly states: RowStates;
  /** Called when the last rows come into view. */
  readonly onEnd: () => void;
}

/** A long list of which only the rows in view are in the document. */
export function Rows<Row>(props: RowsProps<Row>) {
  const { rows, keyOf, rowHeight, scroller, list, row, states, onEnd } = props;
  const count = rows?.length ?? 0;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => {
      const at = rows?.[index];
      return at === undefined ? index : keyOf(at);
    },
    overscan: 6,
  });
  list.current = virtual;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the heights of all rows change with the layout
  useEffect(() => virtual.measure(), [rowHeight]);
  const items = virtual.getVirtualItems();
  const nearEnd = count > 0 && (items.at(-1)?.index ?? 0) >= count - 10;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the end or the number of rows is reached
  useEffect(() => {
    if (nearEnd) onEnd();
  }, [nearEnd, count]);

  if (rows === undefined) return states.failed ?? states.loading;
  return (
    <>
      {states.failed}
      {count === 0 && !states.stale && states.failed === null && states.empty}
      <RowGroup className={states.stale ? css.stale : undefined}>
        <div className={css.rows} role="none" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const at = rows[item.index];
            return (
              at !== undefined && (
                <div
                  key={item.key}
                  role="none"
                  className={css.place}
                  style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
                >
                  {row(at, item.index, virtual.isScrolling)}
                </div>
              )
            );
          })}
        </div>
      </RowGroup>
    </>
  );
}
