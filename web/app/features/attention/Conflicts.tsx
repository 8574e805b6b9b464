import { useTranslation } from 'react-i18next';
import { type AttentionList, instanceFileUrl } from '../../api/attention.ts';
import { Block } from '../../ui/Page.tsx';
import { type Column, Table } from '../../ui/Table.tsx';
import { Download } from './Download.tsx';
import { patientLine } from './patient-line.ts';

type Item = AttentionList['instances'][number];

interface ConflictsProps {
  readonly items: readonly Item[];
  readonly instant: (iso: string) => string;
  readonly mayDownload: boolean;
}

/** Newcomers that clash with a stored image of another device, study or patient. */
export function Conflicts({ items, instant, mayDownload }: ConflictsProps) {
  const { t } = useTranslation();
  const columns: Column<Item>[] = [
    { title: t('attention.arrived'), cell: (item) => instant(item.receivedAt) },
    { title: t('attention.device'), cell: (item) => `${item.callingAe} ${item.peerAddress}` },
    { title: t('attention.patient'), cell: patientLine },
    { title: t('attention.existing'), cell: (item) => (item.current === null ? '' : patientLine(item.current)) },
    {
      title: t('attention.download'),
      action: true,
      cell: (item) => mayDownload && <Download href={instanceFileUrl(item.fileId)} when={instant(item.receivedAt)} />,
    },
  ];
  return (
    <Block title={t('attention.conflicts')} text={t('attention.conflictsText')}>
      <Table label={t('attention.conflicts')} columns={columns} rows={items} keyOf={(item) => item.fileId} />
    </Block>
  );
}
