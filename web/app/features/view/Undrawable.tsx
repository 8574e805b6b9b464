import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/client.ts';
import { useLanguage } from '../../ui/use-language.ts';
import css from './Pane.module.css';

/** In the picture's place: why there is none, and the file for those who can do more with it. */
export function Undrawable({ error, fileId }: { error: unknown; fileId: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const known = error instanceof ApiError ? error : undefined;
  const sentence = known?.sentence?.[language];
  return (
    <div className={css.undrawable} role="alert">
      <strong>{t('view.undrawable')}</strong>
      {sentence !== undefined && <p>{sentence}</p>}
      {known?.detail !== undefined && known.detail !== '' && <small>{known.detail}</small>}
      <a href={`/api/instances/${fileId}/file`} download onPointerDown={(event) => event.stopPropagation()}>
        {t('view.download')}
      </a>
    </div>
  );
}
