import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BackedUpStudy } from '../../../api/backup-look.ts';
import { readableBytes } from '../../../ui/amount.ts';
import { type Column, Table } from '../../../ui/Table.tsx';
import { readableDay } from '../../../ui/when.ts';
import { modalitiesOf, nameOf } from './shown-study.ts';

interface FoundStudiesProps {
  readonly studies: readonly BackedUpStudy[];
  readonly onPutBack: (study: BackedUpStudy) => void;
}

/** Studies that a backup holds. */
export function FoundStudies({ studies, onPutBack }: FoundStudiesProps) {
  const { t } = useTranslation();
  const named = (study: BackedUpStudy) => nameOf(study) || t('studies.noName');
  const columns: Column<BackedUpStudy>[] = [
    { title: t('backup.look.patient'), cell: (study) => <strong>{named(study)}</strong> },
    { title: t('studies.column.patientId'), cell: ({ patientId }) => patientId },
    { title: t('backup.look.date'), cell: ({ studyDate }) => readableDay(studyDate) ?? '–' },
    {
      title: t('studies.column.description'),
      cell: (study) => [modalitiesOf(study), study.studyDescription].filter(Boolean).join(' · '),
    },
    {
      title: t('backup.look.amount'),
      cell: ({ instances, bytes }) => `${t('studies.images', { count: instances })} · ${readableBytes(bytes)}`,
    },
    {
      title: t('backup.look.putBack'),
      action: true,
      cell: (study) => (
        <Button
          variant="default"
          size="xs"
          h={36}
          aria-label={t('backup.look.putBackOf', { name: named(study), date: readableDay(study.studyDate) ?? '' })}
          onClick={() => onPutBack(study)}
        >
          {t('backup.look.putBack')}
        </Button>
      ),
    },
  ];
  return (
    <Table
      label={t('backup.look.table')}
      columns={columns}
      rows={studies}
      keyOf={({ patientId, studyInstanceUid }) => `${patientId} ${studyInstanceUid}`}
    />
  );
}
