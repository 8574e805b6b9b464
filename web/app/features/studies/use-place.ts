import { useEffect, useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { parseFilter, printFilter, type StudyFilter } from './filters.ts';

export interface Place {
  readonly filter: StudyFilter;
  /** What was typed into the search box. */
  readonly text: string;
  setFilter(filter: StudyFilter): void;
  setText(text: string): void;
  clear(): void;
}

/** Where the list stands: period and kinds from the URL, the typed text from history.state, so that Back works for both. */
export function usePlace(): Place {
  const location = useLocation();
  const navigate = useNavigate();
  const text = textOf(location.state);
  const filter = useMemo(() => parseFilter(location.search), [location.search]);
  // A link of the EMR brings what to look for behind '#': browsers do not send that part to the server. Taken up, then wiped.
  useEffect(() => {
    const wanted = new URLSearchParams(location.hash.slice(1)).get('find');
    if (wanted !== null) navigate({ search: location.search }, { replace: true, state: { text: wanted } });
  }, [location.hash, location.search, navigate]);
  return {
    filter,
    text,
    setFilter: (next) => navigate({ search: printFilter(next) }, { state: { text } }),
    // Starting and clearing a search make an entry in the history, typing on changes it: Back leads out of it, and back in.
    setText: (next) =>
      navigate({ search: location.search }, { replace: text !== '' && next !== '', state: { text: next } }),
    clear: () => navigate({ search: '' }, { state: { text: '' } }),
  };
}

function textOf(state: unknown): string {
  const text = typeof state === 'object' && state !== null && 'text' in state ? state.text : '';
  return typeof text === 'string' ? text : '';
}
