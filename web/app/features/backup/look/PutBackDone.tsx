import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PutBackResult } from '../../../api/backup-look.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { useLanguage } from '../../../ui/use-language.ts';
import css from './Look.module.css';

/** How many came back, and what is left to be done. */
export function PutBackDone({ result, onClose }: { result: PutBackResult; onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { files, whole, putBack, notInIndex, problems } = result;
  return (
    <Dialog title={t(problems.length > 0 ? 'backup.look.doneNotAll' : 'backup.look.done')} onClose={onClose}>
      <div className={css.form}>
        <p role="status">
          {putBack === 0
            ? t('backup.look.allWhole', { count: whole })
            : t('backup.look.counts', { files, whole, putBack })}
        </p>
        {notInIndex > 0 && <p>{t('backup.look.notInIndex', { count: notInIndex })}</p>}
        {problems.length > 0 && (
          <>
            <p>{t('backup.look.problems', { count: problems.length })}</p>
            <ul className={css.list}>
              {problems.slice(0, 20).map(({ path, message }) => (
                <li key={path}>
                  {message[language]} <small>{path}</small>
                </li>
              ))}
            </ul>
          </>
        )}
        <div className={css.buttons}>
          <Button onClick={onClose}>{t('app.close')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
