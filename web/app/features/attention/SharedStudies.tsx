import { useTranslation } from 'react-i18next';
import type { AttentionList } from '../../api/attention.ts';
import { Block } from '../../ui/Page.tsx';
import { type Column, Table } from '../../ui/Table.tsx';
import { patientLine } from './patient-line.ts';

type Item = AttentionList['sharedStudies'][number];

/** Study Instance UIDs under more than one patient: kept apart, both visible, for staff to look into. */
export function SharedStudies({ items }: { items: readonly Item[] }) {
  const { t } = useTranslation();
  const columns: Column<Item>[] = [
    { title: t('attention.patients'), cell: (item) => item.studies.map(patientLine).join(' · ') },
    { title: t('attention.studyUid'), cell: (item) => item.studyInstanceUid },
  ];
  return (
    <Block title={t('attention.shared')} text={t('attention.sharedText')}>
      <Table label={t('attention.shared')} columns={columns} rows={items} keyOf={(item) => item.studyInstanceUid} />
    </Block>
  );
}
