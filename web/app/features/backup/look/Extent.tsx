import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BackedUpStudy } from '../../../api/backup-look.ts';
import { readableDay } from '../../../ui/when.ts';
import css from './Look.module.css';
import { modalitiesOf, nameOf } from './shown-study.ts';
import { EXTENTS, type ExtentOf } from './wanted.ts';

interface ExtentProps {
  readonly study: BackedUpStudy;
  /** The image has no UID yet. */
  readonly missing: boolean;
}

/** This study, everything of its patient, or one image. A patient without a number cannot be asked for. */
export function Extent({ study, missing }: ExtentProps) {
  const { t } = useTranslation();
  const [extent, setExtent] = useState<ExtentOf>('study');
  const name = nameOf(study) || t('studies.noName');
  const hints = {
    study: [readableDay(study.studyDate), modalitiesOf(study), study.studyDescription].filter(Boolean).join(' · '),
    patient: [name, study.patientId].filter(Boolean).join(' '),
    image: t('backup.look.imageHint'),
  };
  return (
    <fieldset className={css.extent}>
      <legend>{t('backup.look.extent')}</legend>
      {EXTENTS.filter((value) => value !== 'patient' || study.patientId !== '').map((value) => (
        <label key={value} className={css.choice}>
          <input
            type="radio"
            name="extent"
            value={value}
            checked={extent === value}
            onChange={() => setExtent(value)}
          />
          <span>
            {t(`backup.look.extents.${value}`)} <span className={css.hint}>{hints[value]}</span>
          </span>
        </label>
      ))}
      {extent === 'image' && (
        <TextInput
          name="sopInstanceUid"
          label={t('backup.look.imageUid')}
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          error={missing ? t('backup.look.imageMissing') : undefined}
        />
      )}
    </fieldset>
  );
}
