import { useTranslation } from 'react-i18next';
import type { Backup } from '../../api/backup.ts';
import { readableBytes } from '../../ui/amount.ts';
import { Block } from '../../ui/Page.tsx';
import { State } from '../../ui/State.tsx';
import { type Column, Table } from '../../ui/Table.tsx';

type Disk = Backup['disks'][number];

/** Fewer days than this are worth a word. */
const SOON_DAYS = 90;

interface DisksProps {
  readonly disks: readonly Disk[];
  readonly instant: (iso: string) => string;
}

/** Which disks hold backups, which of them is away and since when, and which will be full. */
export function Disks({ disks, instant }: DisksProps) {
  const { t } = useTranslation();
  if (disks.length === 0) return null;
  const columns: Column<Disk>[] = [
    { title: t('backup.disk'), cell: ({ number }) => t('backup.diskNumber', { number }) },
    { title: t('backup.target'), cell: ({ folder }) => folder },
    {
      title: t('backup.lastSuccess'),
      cell: ({ lastSuccess }) => (lastSuccess === null ? t('users.never') : instant(lastSuccess)),
    },
    { title: t('backup.free'), cell: (disk) => <Room disk={disk} /> },
    { title: t('backup.encryption.title'), cell: (disk) => <Sealed disk={disk} /> },
    { title: t('users.state'), cell: (disk) => <Presence disk={disk} instant={instant} /> },
  ];
  return (
    <Block title={t('backup.disks')}>
      <Table label={t('backup.disks')} columns={columns} rows={disks} keyOf={({ number }) => String(number)} />
    </Block>
  );
}

function Room({ disk: { freeBytes, daysUntilFull } }: { disk: Disk }) {
  const { t } = useTranslation();
  if (freeBytes === null) return '–';
  const soon = daysUntilFull !== null && daysUntilFull < SOON_DAYS;
  return (
    <>
      {readableBytes(freeBytes)}
      {soon && <State tone="warn">{t('backup.fullIn', { days: daysUntilFull })}</State>}
    </>
  );
}

function Sealed({ disk: { encrypted } }: { disk: Disk }) {
  const { t } = useTranslation();
  if (encrypted === null) return '–';
  const state = encrypted ? 'encrypted' : 'clear';
  return <State tone={encrypted ? 'good' : 'plain'}>{t(`backup.encryption.${state}`)}</State>;
}

function Presence({ disk, instant }: { disk: Disk; instant: (iso: string) => string }) {
  const { t } = useTranslation();
  if (disk.present) return <State tone="good">{t('backup.states.ready')}</State>;
  return <State tone="warn">{t('backup.awaySince', { when: instant(disk.lastSeen) })}</State>;
}
