import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { attentionOptions } from '../../api/attention.ts';
import { sessionOptions } from '../../api/session.ts';
import { Empty } from '../../ui/Empty.tsx';
import { useInstant } from '../../ui/Instant.tsx';
import { Page } from '../../ui/Page.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { Waiting } from '../../ui/Waiting.tsx';
import { Conflicts } from './Conflicts.tsx';
import { Quarantine } from './Quarantine.tsx';
import { SharedStudies } from './SharedStudies.tsx';

/** 확인 필요: what was kept aside so that nothing is lost, each with its original bytes. */
export function AttentionPage() {
  const { t } = useTranslation();
  const session = useQuery(sessionOptions).data;
  const instant = useInstant(session?.clinic.timeZone ?? 'Asia/Seoul');
  const mayDownload = session?.identity?.permissions.includes('images.download') ?? false;
  const { data, error, refetch } = useQuery(attentionOptions);
  const nothing =
    data !== undefined && [data.instances, data.sharedStudies, data.quarantine].every((list) => list.length === 0);
  return (
    <Page title={t('attention.title')} intro={t('attention.intro')}>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} stale={data !== undefined} />}
      {data === undefined && error === null && <Waiting />}
      {nothing && <Empty icon="check" title={t('attention.empty')} text={t('attention.emptyText')} />}
      {data !== undefined && data.instances.length > 0 && (
        <Conflicts items={data.instances} instant={instant} mayDownload={mayDownload} />
      )}
      {data !== undefined && data.sharedStudies.length > 0 && <SharedStudies items={data.sharedStudies} />}
      {data !== undefined && data.quarantine.length > 0 && (
        <Quarantine items={data.quarantine} instant={instant} mayDownload={mayDownload} />
      )}
    </Page>
  );
}
