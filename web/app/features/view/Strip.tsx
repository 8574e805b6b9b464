import { useTranslation } from 'react-i18next';
import type { StudyImages } from '../../api/images.ts';
import { slotsOf } from './stack.ts';
import css from './ViewPage.module.css';

interface StripProps {
  readonly images: StudyImages;
  readonly series: number;
  readonly onSeries: (series: number) => void;
}

/** The series of the study by their middle picture. */
export function Strip({ images, series, onSeries }: StripProps) {
  const { t } = useTranslation();
  if (images.series.length < 2) return null;
  return (
    <nav className={css.strip} aria-label={t('view.series')}>
      {images.series.map((one, index) => {
        const slots = slotsOf(images, one);
        const middle = slots[Math.floor(slots.length / 2)];
        const url =
          middle &&
          `/dicom-web/studies/${middle.studyInstanceUid}/series/${middle.seriesInstanceUid}/instances/${middle.sopInstanceUid}/thumbnail`;
        return (
          <button
            key={one.seriesInstanceUid}
            type="button"
            className={css.series}
            aria-current={index === series}
            onClick={() => onSeries(index)}
          >
            {url !== undefined && <img src={url} alt="" draggable={false} loading="lazy" />}
            <span>{one.description === '' ? one.modality : one.description}</span>
            <small>{t('studies.images', { count: slots.length })}</small>
          </button>
        );
      })}
    </nav>
  );
}
