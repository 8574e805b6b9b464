import { useTranslation } from 'react-i18next';
import type { StudyRow } from '../../api/studies.ts';
import { ageOn } from '../../ui/age.ts';
import { dayWord, readableDay, readableTime, wallClock } from '../../ui/when.ts';
import { kindOf, orderedModalities } from './kinds.ts';
import type { Clock } from './StudyList.tsx';

export interface StudyWords {
  readonly sexAge: string;
  readonly when: string;
  /** Said when a study of another day arrived today; otherwise empty. */
  readonly arrival: string;
  readonly kind: string;
  /** The modality codes, where the word is not one of them. */
  readonly codes: string;
  readonly images: string;
  readonly series: string;
}

/** A study's values as a reader says them. */
export function useStudyWords(study: StudyRow, clock: Clock): StudyWords {
  const { t } = useTranslation();
  const age = ageOn(study.birthDate, study.studyDate === '' ? clock.today : study.studyDate);
  const sex = study.sex === 'M' || study.sex === 'F' || study.sex === 'O' ? t(`studies.sex.${study.sex}`) : '';
  const word = dayWord(study.studyDate, clock.today);
  const day = word === undefined ? (readableDay(study.studyDate) ?? t('studies.noDate')) : t(`studies.${word}`);
  const arrivedToday = wallClock(new Date(study.receivedAt), clock.timeZone).day === clock.today;
  const modalities = orderedModalities(study.modalities);
  const kind = kindOf(modalities[0] ?? '');
  const codes = modalities.slice(0, 3).join('·');
  const kindWord = kind === undefined ? '' : t(`studies.kind.${kind}`);
  return {
    sexAge: [sex, age === undefined ? '' : t(`studies.${age.unit}`, { count: age.count })].filter(Boolean).join(' · '),
    when: `${day} ${readableTime(study.studyTime)}`.trim(),
    arrival: arrivedToday && word !== 'today' ? t('studies.receivedToday') : '',
    kind: kindWord === '' ? codes : kindWord,
    codes: kindWord === '' || kindWord === codes ? '' : codes,
    images: t('studies.images', { count: study.instanceCount }),
    series: t('studies.series', { count: study.seriesCount }),
  };
}
