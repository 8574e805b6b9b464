import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import css from './Encryption.module.css';

/** What is to be done now: file and paper away, a new disk in. */
export function Done({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={css.step}>
      <p role="status">{t('backup.encryption.doneText')}</p>
      <ul className={css.points}>
        <li>{t('backup.encryption.doneKeys')}</li>
        <li>{t('backup.encryption.doneDisk')}</li>
      </ul>
      <div className={css.buttons}>
        <Button onClick={onClose}>{t('app.close')}</Button>
      </div>
    </div>
  );
}
