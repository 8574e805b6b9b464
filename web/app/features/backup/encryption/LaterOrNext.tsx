import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import css from './Encryption.module.css';

interface LaterOrNextProps {
  /** The key of this step was kept. */
  readonly ready: boolean;
  readonly onLater: () => void;
  readonly onNext: () => void;
}

/** The last line of a step: leave, and lose these keys, or go on. */
export function LaterOrNext({ ready, onLater, onNext }: LaterOrNextProps) {
  const { t } = useTranslation();
  return (
    <>
      <p className={css.count}>{t('backup.encryption.laterText')}</p>
      <div className={css.buttons}>
        <Button variant="default" onClick={onLater}>
          {t('backup.encryption.later')}
        </Button>
        <Button disabled={!ready} onClick={onNext}>
          {t('backup.encryption.next')}
        </Button>
      </div>
    </>
  );
}
