import { CloseButton, TextInput } from '@mantine/core';
import { type KeyboardEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/Icon.tsx';
import css from './SearchBox.module.css';

/** The list follows the typing when it pauses this long. */
const PAUSE_MS = 250;

/** Where the box is found by the keyboard. */
export const SEARCH_ID = 'study-search';

interface SearchBoxProps {
  /** What the list is searched for now. */
  readonly text: string;
  readonly onText: (text: string) => void;
}

/** One box for names (any writing), initial consonants and patient IDs. */
export function SearchBox({ text, onText }: SearchBoxProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text);
  const settled = useRef(text);
  // Back, a preset or "clear" changed the search: the box shows it.
  useEffect(() => {
    if (text === settled.current) return;
    settled.current = text;
    setTyped(text);
  }, [text]);
  const settle = useEffectEvent((next: string) => {
    if (next === settled.current) return;
    settled.current = next;
    onText(next);
  });
  useEffect(() => {
    const timer = setTimeout(() => settle(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const now = (next: string) => {
    setTyped(next);
    if (next === settled.current) return;
    settled.current = next;
    onText(next);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    // Enter and Esc belong to the Korean input method while a syllable is being put together.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') now(typed);
    if (event.key === 'Escape') {
      if (typed === '') event.currentTarget.blur();
      now('');
      event.stopPropagation();
    }
  };
  return (
    <TextInput
      id={SEARCH_ID}
      className={css.search ?? ''}
      type="text"
      role="searchbox"
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={press}
      placeholder={t('studies.search')}
      aria-label={t('studies.search')}
      aria-keyshortcuts="/"
      autoComplete="off"
      spellCheck={false}
      leftSection={<Icon name="search" size={18} />}
      rightSection={
        typed === '' ? (
          <span className={css.key} aria-hidden="true">
            /
          </span>
        ) : (
          <CloseButton aria-label={t('studies.searchClear')} onClick={() => now('')} />
        )
      }
    />
  );
}
