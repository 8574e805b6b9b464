import { useTranslation } from 'react-i18next';
import type { Backup } from '../../api/backup.ts';
import { Icon } from '../../ui/Icon.tsx';
import { useLanguage } from '../../ui/use-language.ts';
import css from './BackupState.module.css';

/** Everything that is wrong at present, in the words that also go out by mail. */
export function Warnings({ warnings }: { warnings: Backup['warnings'] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  // The alarm for ransomware has a place of its own.
  const shown = warnings.filter(({ key }) => !key.startsWith('ransomware:'));
  if (shown.length === 0) return null;
  return (
    <section className={`${css.state} ${css.warn}`} aria-label={t('backup.warnings')}>
      <Icon name="attention" size={28} />
      <div className={css.text}>
        <strong>{t('backup.warnings')}</strong>
        <ul>
          {shown.map(({ key, message }) => (
            <li key={key}>{message[language]}</li>
          ))}
        </ul>
      </div>
    </section>
  );
}
