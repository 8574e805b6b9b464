import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import {
  lookAtStudies,
  type Search,
  type StudyPage,
  type StudyRow,
  studyKeys,
  studyOptions,
} from '../../api/studies.ts';
import { type Attention, mayInsert, merged, newcomers, patched } from './arrivals.ts';
import { gatherChanges } from './gather-changes.ts';

type Pages = InfiniteData<StudyPage, string | null>;

/** While something waits, how often to see whether the pointer rests. */
const WATCH_MS = 200;
const HIGHLIGHT_MS = 6_000;
/** Studies further down than the first page that are brought up to date one by one. */
const MOST_SINGLE_LOOKS = 10;

export interface LiveStudies {
  /** New studies that wait until they may move the list. */
  readonly waiting: readonly StudyRow[];
  /** Studies that came in just now, to be highlighted. */
  readonly justIn: ReadonlySet<number>;
  /** Shows the waiting ones. */
  show(): void;
}

/** Keeps the list of a search up to date while it is on screen; `moved` is called right before rows change place. */
export function useLiveStudies(search: Search, attention: () => Attention, moved: () => void): LiveStudies {
  const queries = useQueryClient();
  const [waiting, setWaiting] = useState<readonly StudyRow[]>([]);
  const [justIn, setJustIn] = useState<ReadonlySet<number>>(new Set());
  const fresh = useRef<StudyPage | undefined>(undefined);
  const key = studyKeys.list(search);
  const keyText = JSON.stringify(key);
  const shownKey = useRef(keyText);
  useEffect(() => {
    shownKey.current = keyText;
    fresh.current = undefined;
    setWaiting([]);
  }, [keyText]);

  const insert = () => {
    const page = fresh.current;
    const data = queries.getQueryData<Pages>(key);
    if (page === undefined || data === undefined) return;
    const ids = newcomers(data.pages, page.rows).map((row) => row.id);
    moved();
    change(queries, key, (pages) => merged(pages, page) as StudyPage[]);
    setWaiting([]);
    setJustIn((before) => new Set([...before, ...ids]));
    setTimeout(() => setJustIn((before) => without(before, ids)), HIGHLIGHT_MS);
  };

  const look = useEffectEvent(async (ids: readonly number[]) => {
    const state = queries.getQueryState(key);
    if (state?.status === 'error') return true;
    if (state === undefined || state.data === undefined || state.fetchStatus !== 'idle') return false;
    const page = await lookAtStudies(search).catch(() => undefined);
    const data = queries.getQueryData<Pages>(key);
    // Without an answer the list stays as it is: the banner tells, and the next connection looks again.
    if (page === undefined || data === undefined) return true;
    if (shownKey.current !== keyText) return false;
    if (page.head.epoch !== data.pages[0]?.head.epoch) {
      // A rebuilt index: every study may have another number, so nothing shown can be kept.
      await queries.resetQueries({ queryKey: studyKeys.all });
      return true;
    }
    fresh.current = page;
    const arrived = newcomers(data.pages, page.rows);
    if (arrived.length > 0 && mayInsert(attention())) insert();
    else {
      change(queries, key, (pages) => patched(pages, page.rows) as StudyPage[]);
      setWaiting(arrived);
    }
    await lookAtDistant(queries, key, ids, page);
    return true;
  });
  useEffect(() => gatherChanges((ids) => look(ids)), []);

  const insertWhenAllowed = useEffectEvent(() => {
    if (mayInsert(attention())) insert();
  });
  const some = waiting.length > 0;
  useEffect(() => {
    if (!some) return;
    const timer = setInterval(() => insertWhenAllowed(), WATCH_MS);
    return () => clearInterval(timer);
  }, [some]);

  const showNow = useRef(insert);
  useEffect(() => {
    showNow.current = insert;
  });
  return { waiting, justIn, show: useCallback(() => showNow.current(), []) };
}

/** Studies shown beyond the first page that got more images. */
async function lookAtDistant(queries: QueryClient, key: readonly unknown[], ids: readonly number[], page: StudyPage) {
  const near = new Set(page.rows.map((row) => row.id));
  const shown = new Set(queries.getQueryData<Pages>(key)?.pages.flatMap(({ rows }) => rows.map((row) => row.id)));
  const distant = ids.filter((id) => shown.has(id) && !near.has(id)).slice(0, MOST_SINGLE_LOOKS);
  const rows = await Promise.all(
    distant.map((id) => queries.fetchQuery({ ...studyOptions(id), staleTime: 0 }).catch(() => undefined)),
  );
  const found = rows.filter((row) => row !== undefined);
  if (found.length > 0) change(queries, key, (pages) => patched(pages, found) as StudyPage[]);
}

function change(queries: QueryClient, key: readonly unknown[], turn: (pages: StudyPage[]) => StudyPage[]): void {
  queries.setQueryData<Pages>(key, (data) => data && paged(turn(data.pages)));
}

/** Pages with the tokens that lead from one to the next, as the infinite query keeps them. */
function paged(pages: StudyPage[]): Pages {
  return { pages, pageParams: pages.map((_, index) => (index === 0 ? null : (pages[index - 1]?.after ?? null))) };
}

function without(ids: ReadonlySet<number>, gone: readonly number[]): ReadonlySet<number> {
  const left = new Set(ids);
  for (const id of gone) left.delete(id);
  return left;
}
