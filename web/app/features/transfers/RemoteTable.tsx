import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RemoteStudy } from '../../api/transfers.ts';
import { shownName } from '../../ui/person-name.ts';
import { type Column, Table } from '../../ui/Table.tsx';
import { readableDay, readableTime } from '../../ui/when.ts';

interface RemoteTableProps {
  readonly studies: readonly RemoteStudy[];
  /** Study Instance UIDs that are on their way. */
  readonly underWay: ReadonlySet<string>;
  readonly onFetch: (study: RemoteStudy) => void;
}

/** What the other PACS has. */
export function RemoteTable({ studies, underWay, onFetch }: RemoteTableProps) {
  const { t } = useTranslation();
  const columns: Column<RemoteStudy>[] = [
    {
      title: t('studies.column.patient'),
      cell: (study) => (
        <>
          <strong>{nameOf(study)}</strong> {readableDay(study.birthDate)}
        </>
      ),
    },
    { title: t('studies.column.patientId'), cell: ({ patientId }) => patientId },
    {
      title: t('studies.column.when'),
      cell: ({ studyDate, studyTime }) => `${readableDay(studyDate) ?? studyDate} ${readableTime(studyTime)}`.trim(),
    },
    { title: t('studies.column.kind'), cell: ({ modalities }) => modalities.join(' ') },
    { title: t('studies.column.description'), cell: ({ description }) => description },
    {
      title: t('studies.column.amount'),
      cell: ({ instanceCount }) => (instanceCount === null ? '' : t('studies.images', { count: instanceCount })),
    },
    {
      title: t('transfers.fetchNow'),
      action: true,
      cell: (study) => (
        <Button
          size="xs"
          h={36}
          disabled={underWay.has(study.studyInstanceUid)}
          aria-label={t('transfers.fetchOf', { name: nameOf(study), date: readableDay(study.studyDate) ?? '' })}
          onClick={() => onFetch(study)}
        >
          {t('transfers.fetchNow')}
        </Button>
      ),
    },
  ];
  return (
    <Table
      label={t('transfers.results')}
      columns={columns}
      rows={studies}
      keyOf={({ studyInstanceUid }) => studyInstanceUid}
    />
  );
}

function nameOf({ patientName }: RemoteStudy): string {
  const [alphabetic = '', ideographic = '', phonetic = ''] = patientName.split('=');
  return shownName({ alphabetic, ideographic, phonetic }).main;
}
