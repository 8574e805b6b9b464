import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AccessLogFilter, type AccessLogRow, accessLogOptions } from '../../api/access-log.ts';
import { sessionOptions } from '../../api/session.ts';
import { Empty } from '../../ui/Empty.tsx';
import { useInstant } from '../../ui/Instant.tsx';
import { Page } from '../../ui/Page.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { State } from '../../ui/State.tsx';
import { type Column, Table } from '../../ui/Table.tsx';
import { Waiting } from '../../ui/Waiting.tsx';
import css from './AuditPage.module.css';
import { LogFilter } from './LogFilter.tsx';

/** 접속기록: who did what, when, from where, about whom. */
export function AuditPage() {
  const { t, i18n } = useTranslation();
  const timeZone = useQuery(sessionOptions).data?.clinic.timeZone ?? 'Asia/Seoul';
  const instant = useInstant(timeZone);
  const [filter, setFilter] = useState<AccessLogFilter>({});
  const { data, error, refetch, hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage } = useInfiniteQuery(
    accessLogOptions(filter),
  );
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  const word = (group: 'actions' | 'doors', name: string) => {
    // Actions of a newer server are shown by their own name rather than not at all.
    const key = `audit.${group}.${name.replaceAll('.', '-')}`;
    return i18n.exists(key) ? t(key as never) : name;
  };
  const columns: Column<AccessLogRow>[] = [
    { title: t('audit.when'), cell: (row) => instant(row.at) },
    { title: t('audit.who'), cell: (row) => row.who },
    { title: t('audit.action'), cell: (row) => word('actions', row.action) },
    { title: t('audit.whose'), cell: (row) => row.patientId ?? '' },
    { title: t('audit.from'), cell: (row) => `${row.from} ${word('doors', row.door)}` },
    {
      title: t('audit.outcome'),
      cell: (row) => (row.outcome === 'ok' ? t('audit.ok') : <State tone="bad">{t('audit.refused')}</State>),
    },
  ];
  return (
    <Page title={t('audit.title')} intro={t('audit.intro')}>
      <LogFilter timeZone={timeZone} onFilter={setFilter} />
      {error !== null && <Problem error={error} onRetry={() => void refetch()} stale={data !== undefined} />}
      {data === undefined && error === null && <Waiting />}
      {data !== undefined && rows.length === 0 && (
        <Empty
          icon="audit"
          title={t('audit.title')}
          text={t(Object.keys(filter).length > 0 ? 'audit.nothing' : 'audit.empty')}
        />
      )}
      {rows.length > 0 && (
        <div className={isPlaceholderData ? `${css.table} ${css.stale}` : css.table}>
          <Table label={t('audit.table')} columns={columns} rows={rows} keyOf={(row) => row.id} />
        </div>
      )}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('audit.more')}
        </Button>
      )}
    </Page>
  );
}
