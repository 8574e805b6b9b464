import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { backupOptions, runBackup } from '../../api/backup.ts';
import { sessionOptions } from '../../api/session.ts';
import { useInstant } from '../../ui/Instant.tsx';
import { Page } from '../../ui/Page.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { Waiting } from '../../ui/Waiting.tsx';
import { Alarm } from './Alarm.tsx';
import { BackupState } from './BackupState.tsx';
import { Disks } from './Disks.tsx';
import { Drills } from './Drills.tsx';
import { Encryption } from './encryption/Encryption.tsx';
import { Look } from './look/Look.tsx';
import { Notices } from './notices/Notices.tsx';
import { Runs } from './Runs.tsx';
import { Targets } from './Targets.tsx';
import { Warnings } from './Warnings.tsx';

/** 백업: is everything safe, when was the last one, back up now. */
export function BackupPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const session = useQuery(sessionOptions).data;
  const instant = useInstant(session?.clinic.timeZone ?? 'Asia/Seoul');
  const may = (permission: string) => session?.identity?.permissions.includes(permission) ?? false;
  const mayRun = may('backup.run');
  const { data, error, refetch } = useQuery(backupOptions);
  const run = useMutation({
    mutationFn: runBackup,
    onSettled: () => queries.invalidateQueries({ queryKey: backupOptions.queryKey }),
  });
  const running = data?.running != null;
  return (
    <Page
      title={t('backup.title')}
      action={
        mayRun && (
          <Button
            onClick={() => run.mutate()}
            loading={run.isPending}
            disabled={running || data === undefined || data.targets.length === 0}
          >
            {t('backup.run')}
          </Button>
        )
      }
    >
      {error !== null && <Problem error={error} onRetry={() => void refetch()} stale={data !== undefined} />}
      {run.error !== null && <Problem error={run.error} />}
      {data === undefined && error === null && <Waiting />}
      {data !== undefined && (
        <>
          {data.alarm !== null && <Alarm alarm={data.alarm} mayRun={mayRun} instant={instant} />}
          <BackupState backup={data} instant={instant} />
          <Warnings warnings={data.warnings} />
          <Targets targets={data.targets} instant={instant} />
          <Drills targets={data.targets} instant={instant} />
          <Disks disks={data.disks} instant={instant} />
          {may('backup.restore') && <Look targets={data.targets} />}
          <Encryption backup={data} mayManage={may('settings.manage')} instant={instant} />
          {may('settings.manage') && <Notices />}
          <Runs runs={data.runs} instant={instant} />
        </>
      )}
    </Page>
  );
}
