import { useTranslation } from 'react-i18next';
import { type AttentionList, quarantineFileUrl } from '../../api/attention.ts';
import { readableBytes } from '../../ui/amount.ts';
import { Block } from '../../ui/Page.tsx';
import { type Column, Table } from '../../ui/Table.tsx';
import { useLanguage } from '../../ui/use-language.ts';
import { Download } from './Download.tsx';

type Item = AttentionList['quarantine'][number];

interface QuarantineProps {
  readonly items: readonly Item[];
  readonly instant: (iso: string) => string;
  readonly mayDownload: boolean;
}

/** Images that could not be read or lack a UID. */
export function Quarantine({ items, instant, mayDownload }: QuarantineProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const columns: Column<Item>[] = [
    {
      title: t('attention.arrived'),
      cell: (item) =>
        [instant(item.receivedAt), item.times > 1 && t('attention.times', { count: item.times })]
          .filter(Boolean)
          .join(', '),
    },
    { title: t('attention.device'), cell: (item) => `${item.callingAe} ${item.peerAddress}` },
    { title: t('attention.reason'), cell: (item) => item.message?.[language] ?? item.code },
    { title: t('attention.size'), cell: (item) => readableBytes(item.size) },
    {
      title: t('attention.download'),
      action: true,
      cell: (item) => mayDownload && <Download href={quarantineFileUrl(item.id)} when={instant(item.receivedAt)} />,
    },
  ];
  return (
    <Block title={t('attention.quarantine')} text={t('attention.quarantineText')}>
      <Table label={t('attention.quarantine')} columns={columns} rows={items} keyOf={(item) => item.id} />
    </Block>
  );
}
