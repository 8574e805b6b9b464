import { useEffect, useEffectEvent, useState } from 'react';
import type { StudyRow } from '../../api/studies.ts';
import { answersKeys, isTyping } from '../../ui/keyboard.ts';
import { SEARCH_ID } from './SearchBox.tsx';

interface ListKeysOptions {
  readonly rows: readonly StudyRow[];
  readonly open: (study: StudyRow) => void;
  readonly openInOhif: (study: StudyRow) => void;
  readonly send: (study: StudyRow) => void;
  /** Scrolls a row into view. */
  readonly reveal: (index: number) => void;
  readonly clearText: () => void;
}

export interface ListKeys {
  /** Id of the selected study; it stays selected when rows move. */
  readonly selected: number | undefined;
  select(id: number): void;
  /** The list got the focus. */
  enter(): void;
}

const PAGE = 8;
/** Letters also as a Korean keyboard writes them. */
const OHIF_KEYS = new Set(['o', 'O', 'ㅐ', 'ㅒ']);
const SEND_KEYS = new Set(['s', 'S', 'ㄴ']);

/** The keyboard of the list, wherever the focus is: / ↑ ↓ Home End Enter O S Esc; ↓ and Enter also lead from the search box. */
export function useListKeys({ rows, open, openInOhif, send, reveal, clearText }: ListKeysOptions): ListKeys {
  const [selected, setSelected] = useState<number>();
  const index = selected === undefined ? -1 : rows.findIndex((row) => row.id === selected);

  const go = (to: number) => {
    const target = Math.max(0, Math.min(rows.length - 1, to));
    const row = rows[target];
    if (row === undefined) return;
    setSelected(row.id);
    reveal(target);
  };
  const move = (key: string): number | undefined => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + PAGE,
      PageUp: index - PAGE,
      Home: 0,
      End: rows.length - 1,
    };
    return steps[key];
  };
  /** Does what the key means; false when it means nothing here. */
  const obey = (key: string): boolean => {
    const target = move(key);
    const row = rows[index];
    if (target !== undefined) go(target);
    else if (key === '/') document.getElementById(SEARCH_ID)?.focus();
    else if (key === 'Escape') leave();
    else if (key === 'Enter' && row !== undefined) open(row);
    else if (OHIF_KEYS.has(key) && row !== undefined) openInOhif(row);
    else if (SEND_KEYS.has(key) && row !== undefined) send(row);
    else return false;
    return true;
  };
  const leave = () => (selected === undefined ? clearText() : setSelected(undefined));

  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (fromSearch(event)) {
      // From the search box straight into the list: ↓ or Enter take the first row, and the letters work again.
      if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
      (event.target as HTMLElement).blur();
      if (rows.length > 0) go(0);
      event.preventDefault();
      return;
    }
    if (isTyping(event)) return;
    if (answersKeys(event) && event.key !== '/' && event.key !== 'Escape') return;
    if (obey(event.key)) event.preventDefault();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  return { selected: index === -1 ? undefined : selected, select: setSelected, enter: () => index === -1 && go(0) };
}

function fromSearch(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLElement && event.target.id === SEARCH_ID;
}
