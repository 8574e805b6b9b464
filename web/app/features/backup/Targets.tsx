import { useTranslation } from 'react-i18next';
import type { Backup } from '../../api/backup.ts';
import { Block } from '../../ui/Page.tsx';
import { State, type Tone } from '../../ui/State.tsx';
import { type Column, Table } from '../../ui/Table.tsx';

type Target = Backup['targets'][number];

const TONES: Readonly<Record<Target['state'], Tone>> = { ready: 'good', missing: 'bad', full: 'bad' };

interface TargetsProps {
  readonly targets: readonly Target[];
  readonly instant: (iso: string) => string;
}

/** Where backups go, and whether it is there. */
export function Targets({ targets, instant }: TargetsProps) {
  const { t } = useTranslation();
  if (targets.length === 0) return null;
  const columns: Column<Target>[] = [
    { title: t('backup.target'), cell: (target) => <Place target={target} /> },
    {
      title: t('backup.lastSuccess'),
      cell: (target) => (target.lastSuccess === null ? t('users.never') : instant(target.lastSuccess)),
    },
    {
      title: t('users.state'),
      cell: (target) => <State tone={TONES[target.state]}>{t(`backup.states.${target.state}`)}</State>,
    },
  ];
  return (
    <Block title={t('backup.targets')}>
      <Table
        label={t('backup.targets')}
        columns={columns}
        rows={targets}
        keyOf={(target) => `${target.kind} ${target.name}`}
      />
    </Block>
  );
}

function Place({ target }: { target: Target }) {
  const { t } = useTranslation();
  return (
    <span>
      {target.path === '' ? target.name : target.path}
      {target.region !== undefined && ` (${t('backup.region', { region: target.region })})`}
      {target.ownDisk === false && (
        <>
          <br />
          <State tone="warn">{t('backup.sameDisk')}</State>
        </>
      )}
    </span>
  );
}
