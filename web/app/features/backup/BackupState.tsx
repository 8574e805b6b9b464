import { useTranslation } from 'react-i18next';
import type { Backup } from '../../api/backup.ts';
import { Icon, type IconName } from '../../ui/Icon.tsx';
import css from './BackupState.module.css';
import { Running } from './Running.tsx';

interface BackupStateProps {
  readonly backup: Backup;
  readonly instant: (iso: string) => string;
}

/** One sentence on whether the images would survive the loss of this PC. */
export function BackupState({ backup, instant }: BackupStateProps) {
  const { t } = useTranslation();
  const last = backup.runs.find((run) => run.outcome !== 'running');
  const next = backup.next === null ? undefined : t('backup.next', { when: instant(backup.next) });
  const lastGood =
    backup.lastSuccess === null ? undefined : t('backup.goodText', { when: instant(backup.lastSuccess) });
  if (backup.running !== null) return <Running running={backup.running} />;
  if (backup.targets.length === 0) {
    return <Sentence tone="bad" icon="attention" title={t('backup.noTarget')} lines={[t('backup.noTargetText')]} />;
  }
  if (last === undefined) {
    return <Sentence tone="warn" icon="attention" title={t('backup.never')} lines={[t('backup.neverText'), next]} />;
  }
  if (last.outcome === 'failed') {
    const lines = [t('backup.failedText'), lastGood, next];
    return <Sentence tone="bad" icon="attention" title={t('backup.failed')} lines={lines} />;
  }
  const drills = backup.targets.flatMap(({ drill }) => drill ?? []);
  const failures = drills.flatMap(({ good, problems }) => (good ? [] : problems.slice(0, 3)));
  if (drills.some(({ good }) => !good)) {
    return <Sentence tone="bad" icon="attention" title={t('backup.drillFailed')} lines={[...failures, lastGood]} />;
  }
  if (!backup.green) {
    const missing = drills.length < backup.targets.length ? t('backup.notDrilled') : t('backup.notSeen');
    return <Sentence tone="warn" icon="attention" title={t('backup.good')} lines={[lastGood, missing, next]} />;
  }
  const title = t('backup.streak', { days: backup.streak });
  return <Sentence tone="good" icon="check" title={title} lines={[t('backup.streakText'), lastGood, next]} />;
}

interface SentenceProps {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly icon: IconName;
  readonly title: string;
  readonly lines: readonly (string | undefined)[];
}

function Sentence({ tone, icon, title, lines }: SentenceProps) {
  return (
    <div className={`${css.state} ${css[tone]}`} role="status">
      <Icon name={icon} size={28} />
      <div className={css.text}>
        <strong>{title}</strong>
        {lines.map((line) => line !== undefined && <p key={line}>{line}</p>)}
      </div>
    </div>
  );
}
