import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { acknowledgeAlarm, type Backup, backupOptions } from '../../api/backup.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { DialogButtons } from '../../ui/DialogButtons.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { useLanguage } from '../../ui/use-language.ts';
import css from './BackupState.module.css';

interface AlarmProps {
  readonly alarm: NonNullable<Backup['alarm']>;
  readonly mayRun: boolean;
  readonly instant: (iso: string) => string;
}

/** Ransomware is suspected: why, what to do now, and the word of somebody who has looked. */
export function Alarm({ alarm, mayRun, instant }: AlarmProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const acknowledge = useMutation({
    mutationFn: () => acknowledgeAlarm(alarm.id),
    onSuccess: async () => {
      setAsking(false);
      await queries.invalidateQueries({ queryKey: backupOptions.queryKey });
    },
  });
  if (alarm.acknowledged !== null) return null;
  return (
    <div className={`${css.state} ${css.bad}`} role="alert">
      <Icon name="attention" size={28} />
      <div className={css.text}>
        <strong>{t('backup.alarm')}</strong>
        <p>{alarm.message[language]}</p>
        <p>{t('backup.alarmAt', { when: instant(alarm.at), target: alarm.target })}</p>
        <ul>
          {alarm.reasons.slice(0, 10).map(({ path, message }) => (
            <li key={path}>
              {message[language]} <small>{path}</small>
            </li>
          ))}
        </ul>
        {mayRun && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('backup.alarmSeen')}
          </Button>
        )}
      </div>
      {asking && (
        <Dialog title={t('backup.alarmAsk')} onClose={() => setAsking(false)}>
          <p>{t('backup.alarmAskText')}</p>
          {acknowledge.error !== null && <Problem error={acknowledge.error} />}
          <DialogButtons onCancel={() => setAsking(false)}>
            <Button color="red.9" loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
              {t('backup.alarmSeen')}
            </Button>
          </DialogButtons>
        </Dialog>
      )}
    </div>
  );
}
