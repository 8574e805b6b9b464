import { useTranslation } from 'react-i18next';
import type { FrameFacts, StudyImages, Window } from '../../api/images.ts';
import { shownName } from '../../ui/person-name.ts';
import { readableDay } from '../../ui/when.ts';
import { edgeLetters } from './geometry.ts';
import css from './Pane.module.css';
import type { PaneState } from './pane-state.ts';
import type { Slot } from './stack.ts';

interface CornersProps {
  readonly images: StudyImages;
  readonly state: PaneState;
  readonly slot: Slot | undefined;
  readonly count: number;
  readonly facts: FrameFacts | undefined;
  /** Device pixels of an image pixel. */
  readonly scale: number;
  readonly window: Window | undefined;
}

/** Who this is, what it is, where it lies, and what is not to be trusted. */
export function Corners({ images: { study, series }, state, slot, count, facts, scale, window }: CornersProps) {
  const { t } = useTranslation();
  const name = shownName(study.patientName);
  const sex = study.sex === 'M' || study.sex === 'F' ? t(`studies.sex.${study.sex}`) : '';
  const shown = series[state.series];
  const edges = edgeLetters(facts?.orientation ?? null, state.placement);
  return (
    <div className={css.corners} aria-live="off">
      <div className={css.topLeft}>
        <strong>{name.main === '' ? t('studies.noName') : name.main}</strong>{' '}
        {name.latin !== '' && <small>{name.latin}</small>}
        <span>{[study.patientId, readableDay(study.birthDate), sex].filter(Boolean).join(' · ')}</span>
        <span>{[readableDay(study.studyDate), study.description].filter(Boolean).join(' · ')}</span>
      </div>
      <div className={css.topRight}>
        <span>{[shown?.modality, shown?.description].filter(Boolean).join(' · ')}</span>
        {count > 1 && <span data-place>{t('view.place', { number: state.index + 1, count })}</span>}
        {facts?.laterality !== undefined && facts.laterality !== '' && (
          <strong className={css.side}>{facts.laterality}</strong>
        )}
      </div>
      <div className={css.bottomLeft}>
        {window !== undefined && (
          <span>{t('view.windowIs', { center: Math.round(window.center), width: Math.round(window.width) })}</span>
        )}
        <span>{t('view.zoomIs', { percent: Math.round(scale * 100) })}</span>
      </div>
      <div className={css.bottomRight}>
        {facts?.lossy === true && <span className={css.warning}>{t('view.lossy')}</span>}
        {facts?.spacingKind === 'detector' && <span className={css.warning}>{t('view.detector')}</span>}
        {facts?.spacingKind === 'none' && <span className={css.warning}>{t('view.uncalibrated')}</span>}
        {slot !== undefined && slot.frames > 1 && (
          <span>{t('view.frame', { number: slot.frame, count: slot.frames })}</span>
        )}
      </div>
      {edges.map((letters, edge) => (
        <span key={EDGES[edge]} className={css[EDGES[edge] ?? 'edgeTop']}>
          {letters}
        </span>
      ))}
    </div>
  );
}

const EDGES = ['edgeTop', 'edgeRight', 'edgeBottom', 'edgeLeft'] as const;
