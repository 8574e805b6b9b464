import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type AccessLogRow, accessLogOptions } from '../../api/access-log.ts';
import { sessionOptions } from '../../api/session.ts';
import { Empty } from '../../ui/Empty.tsx';
import { useInstant } from '../../ui/Instant.tsx';
import { Page } from '../../ui/Page.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { State } from '../../ui/State.tsx';
import { type Column, Table } from '../../ui/Table.tsx';
import { Waiting } from '../../ui/Waiting.tsx';
import css from './AuditPage.module.css';

/** 접속기록: who did what, when, from where, about whom. */
export function AuditPage() {
  const { t, i18n } = useTranslation();
  const instant = useInstant(useQuery(sessionOptions).data?.clinic.timeZone ?? 'Asia/Seoul');
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(accessLogOptions);
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
      {error !== null && <Problem error={error} onRetry={() => void refetch()} stale={data !== undefined} />}
      {data === undefined && error === null && <Waiting />}
      {data !== undefined && rows.length === 0 && (
        <Empty icon="audit" title={t('audit.title')} text={t('audit.empty')} />
      )}
      {rows.length > 0 && (
        <div className={css.table}>
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
