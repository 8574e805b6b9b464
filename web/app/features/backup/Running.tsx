import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Backup } from '../../api/backup.ts';
import { readableBytes } from '../../ui/amount.ts';
import { Icon } from '../../ui/Icon.tsx';
import css from './BackupState.module.css';
import { minutesLeft, rateOf, withSeen } from './rate.ts';

const PHASES = ['snapshot', 'volumes', 'copies', 'drill'] as const;

/** How far it is, how fast it goes, how long it will take; the page may be left and come back to. */
export function Running({ running }: { running: NonNullable<Backup['running']> }) {
  const { t } = useTranslation();
  const { doneBytes, totalBytes } = running;
  const [seen, setSeen] = useState<{ at: number; done: number }[]>([]);
  if (seen.at(-1)?.done !== doneBytes) setSeen([...withSeen(seen, { at: Date.now(), done: doneBytes })]);
  const rate = rateOf(seen);
  const phase = PHASES.find((known) => known === running.phase);
  const amount = { done: readableBytes(doneBytes), total: readableBytes(totalBytes) };
  return (
    <div className={`${css.state} ${css.plain}`}>
      <Icon name="backup" size={28} />
      <div className={css.text}>
        <strong>{t('backup.running')}</strong> {phase !== undefined && t(`backup.phases.${phase}`)}
        <progress
          className={css.bar}
          aria-label={t('backup.running')}
          max={Math.max(1, totalBytes)}
          value={totalBytes === 0 ? undefined : doneBytes}
        />
        <p className={css.pace}>
          {totalBytes > 0 && t('backup.progress', amount)}
          {rate !== undefined &&
            ` · ${t('backup.pace', { rate: readableBytes(rate), count: minutesLeft(totalBytes - doneBytes, rate) })}`}
        </p>
      </div>
    </div>
  );
}
