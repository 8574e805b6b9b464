import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type StudyRow = components['schemas']['StudyRow'];
export type StudyPage = components['schemas']['StudyPage'];
export type Search = Pick<components['schemas']['StudySearch'], 'text' | 'from' | 'to' | 'arrivedSince' | 'modalities'>;

/** Rows asked for at a time; the next page comes when the list is scrolled near its end. */
const PAGE_SIZE = 100;

export const studyKeys = {
  all: ['studies'] as const,
  list: (search: Search) => ['studies', 'list', search] as const,
  one: (id: number) => ['studies', 'detail', id] as const,
};

/** Page after page of a search, newest first. */
export const studyListOptions = (search: Search) =>
  infiniteQueryOptions({
    queryKey: studyKeys.list(search),
    queryFn: ({ pageParam, signal }) => answer<StudyPage>(askFor(search, pageParam, { signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page: StudyPage) => page.after,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

/** The first page as it is now, asked for by the page itself: that must not keep a session alive. */
export function lookAtStudies(search: Search): Promise<StudyPage> {
  return answer(askFor(search, null, { headers: { 'x-passive': '1' } }));
}

/** One page of a search. The typed text goes in the body: it must not reach logs. */
function askFor(
  search: Search,
  after: string | null,
  init: { signal?: AbortSignal; headers?: Record<string, string> },
) {
  return api.POST('/api/studies/search', {
    ...init,
    body: { ...search, limit: PAGE_SIZE, ...(after === null ? {} : { after }) },
  });
}

export const studyOptions = (id: number) =>
  queryOptions({
    queryKey: studyKeys.one(id),
    queryFn: ({ signal }) => answer<StudyRow>(api.GET('/api/studies/{id}', { params: { path: { id } }, signal })),
  });

/** Address of a study's small picture; it changes when images are added, so that the browser may keep it. */
export function thumbnailUrl(study: StudyRow): string {
  return `/api/studies/${study.id}/thumbnail?v=${study.instanceCount}`;
}

/** Address of the viewer for a study. */
export function viewerUrl(study: StudyRow): string {
  return `/viewer/viewer?StudyInstanceUIDs=${encodeURIComponent(study.studyInstanceUid)}`;
}
