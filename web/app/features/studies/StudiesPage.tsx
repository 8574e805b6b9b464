import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { sessionOptions } from '../../api/session.ts';
import { studyListOptions } from '../../api/studies.ts';
import { searchOf } from './filters.ts';
import css from './StudiesPage.module.css';
import { StudyList } from './StudyList.tsx';
import { Toolbar } from './Toolbar.tsx';
import { usePlace } from './use-place.ts';
import { useToday } from './use-today.ts';

const SEOUL = 'Asia/Seoul';

/** 오늘 검사: what came in, newest first, live; the landing page. */
export function StudiesPage() {
  const timeZone = useQuery(sessionOptions).data?.clinic.timeZone ?? SEOUL;
  const today = useToday(timeZone);
  const place = usePlace();
  const search = useMemo(
    () => searchOf(place.filter, place.text, today, timeZone),
    [place.filter, place.text, today, timeZone],
  );
  const list = useInfiniteQuery(studyListOptions(search));
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <div className={css.page}>
      <Toolbar
        place={place}
        today={today}
        count={list.isPlaceholderData ? undefined : rows?.length}
        more={list.hasNextPage}
      />
      <StudyList
        place={place}
        search={search}
        rows={rows}
        clock={{ today, timeZone }}
        error={list.error}
        stale={list.isPlaceholderData}
        onRetry={() => void list.refetch()}
        onEnd={() => {
          if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
        }}
      />
    </div>
  );
}
