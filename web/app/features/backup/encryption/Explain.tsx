import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DialogButtons } from '../../../ui/DialogButtons.tsx';
import { Problem } from '../../../ui/Problem.tsx';
import css from './Encryption.module.css';

interface ExplainProps {
  readonly clear: number;
  readonly error: Error | null;
  readonly pending: boolean;
  readonly onMake: () => void;
  readonly onCancel: () => void;
}

/** What it protects, what has to be at hand, and what cannot be undone: before anything happens. */
export function Explain({ clear, error, pending, onMake, onCancel }: ExplainProps) {
  const { t } = useTranslation();
  return (
    <div className={css.step}>
      <p>{t('backup.encryption.why')}</p>
      <ul className={css.points}>
        <li>{t('backup.encryption.needed')}</li>
        <li>
          <strong>{t('backup.encryption.lost')}</strong>
        </li>
        <li>{t('backup.encryption.newDisks')}</li>
        {clear > 0 && (
          <li>
            <strong>{t('backup.encryption.oldDisks', { count: clear })}</strong>
          </li>
        )}
      </ul>
      {error !== null && <Problem error={error} />}
      <DialogButtons onCancel={onCancel}>
        <Button loading={pending} onClick={onMake}>
          {t('backup.encryption.make')}
        </Button>
      </DialogButtons>
    </div>
  );
}
