import { useTranslation } from 'react-i18next';
import type { FrameFacts, Window } from '../../api/images.ts';
import css from './ViewPage.module.css';
import { CT_PRESETS } from './window.ts';

interface PresetsProps {
  readonly ct: boolean;
  /** As the file proposes them. */
  readonly windows: FrameFacts['windows'];
  readonly possible: boolean;
  readonly onWindow: (window: Window | null) => void;
}

/** Windows to choose from: the file's own by their names, and for a CT those of its tissues. */
export function Presets({ ct, windows, possible, onWindow }: PresetsProps) {
  const { t } = useTranslation();
  const own = windows.map(({ name, center, width }, index) => ({
    key: `file-${index}`,
    name: name === '' ? t('view.presets.file') : name,
    window: { center, width },
  }));
  const usual = (ct ? CT_PRESETS : []).map(({ key, window }) => ({ key, name: t(`view.presets.${key}`), window }));
  const choices = [...usual, ...(own.length > 1 ? own : [])];
  return (
    <select
      className={css.tool}
      aria-label={t('view.preset')}
      title={t('view.presetHint')}
      value=""
      disabled={!possible}
      onChange={(event) => onWindow(choices.find(({ key }) => key === event.target.value)?.window ?? null)}
    >
      <option value="" disabled>
        {t('view.preset')}
      </option>
      {choices.map(({ key, name }) => (
        <option key={key} value={key}>
          {name}
        </option>
      ))}
      <option value="first">{t('view.presets.file')}</option>
    </select>
  );
}
