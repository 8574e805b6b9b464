import { useTranslation } from 'react-i18next';
import css from './KindChoice.module.css';
import { KIND_NAMES, type Kind } from './kinds.ts';

interface KindChoiceProps {
  readonly kinds: readonly Kind[];
  readonly onChange: (kinds: readonly Kind[]) => void;
}

/** Switches for the kinds of equipment; none pressed = all. */
export function KindChoice({ kinds, onChange }: KindChoiceProps) {
  const { t } = useTranslation();
  return (
    <fieldset className={css.kinds}>
      <legend className="visually-hidden">{t('studies.kinds')}</legend>
      {KIND_NAMES.map((kind) => {
        const pressed = kinds.includes(kind);
        return (
          <button
            key={kind}
            type="button"
            className={css.kind}
            aria-pressed={pressed}
            onClick={() => onChange(pressed ? kinds.filter((other) => other !== kind) : [...kinds, kind])}
          >
            {t(`studies.kind.${kind}`)}
          </button>
        );
      })}
    </fieldset>
  );
}
