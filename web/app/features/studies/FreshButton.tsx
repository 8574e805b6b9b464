import { useTranslation } from 'react-i18next';
import type { StudyRow } from '../../api/studies.ts';
import { Icon } from '../../ui/Icon.tsx';
import { shownName } from '../../ui/person-name.ts';
import css from './FreshButton.module.css';

/** New studies that wait because the list is being read or pointed at; it lies over the headings and moves nothing. */
export function FreshButton({ waiting, onShow }: { waiting: readonly StudyRow[]; onShow: () => void }) {
  const { t } = useTranslation();
  const newest = waiting[0];
  return (
    <div className={css.place} role="status">
      {newest !== undefined && (
        <button type="button" className={css.fresh} title={t('studies.freshHint')} onClick={onShow}>
          <Icon name="up" size={18} />
          <strong>{t('studies.fresh', { count: waiting.length })}</strong>
          <span className={css.name}>{shownName(newest.patientName).main}</span>
        </button>
      )}
    </div>
  );
}
