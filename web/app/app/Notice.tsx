import { useTranslation } from 'react-i18next';
import css from './Notice.module.css';

/** What this program is not; on every page, never hidden. */
export function Notice() {
  const { t } = useTranslation();
  return <footer className={css.notice}>{t('app.notice')}</footer>;
}
