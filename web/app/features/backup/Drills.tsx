import { useTranslation } from 'react-i18next';
import type { Backup } from '../../api/backup.ts';
import { Block } from '../../ui/Page.tsx';
import { State } from '../../ui/State.tsx';
import { type Column, Table } from '../../ui/Table.tsx';

type Target = Backup['targets'][number];
type Drilled = Target & { drill: NonNullable<Target['drill']> };

interface DrillsProps {
  readonly targets: readonly Target[];
  readonly instant: (iso: string) => string;
}

/** 복구 훈련: what was restored on trial from each place, and what was found. */
export function Drills({ targets, instant }: DrillsProps) {
  const { t } = useTranslation();
  const drilled = targets.filter((target): target is Drilled => target.drill !== null);
  if (targets.length === 0) return null;
  const columns: Column<Drilled>[] = [
    { title: t('backup.when'), cell: ({ drill }) => instant(drill.at) },
    { title: t('backup.target'), cell: ({ path, name }) => (path === '' ? name : path) },
    {
      title: t('backup.result'),
      cell: ({ drill }) => (
        <div>
          <State tone={drill.good ? 'good' : 'bad'}>{t(drill.good ? 'backup.drillGood' : 'backup.drillBad')}</State>
          {drill.problems.map((problem) => (
            <p key={problem}>{problem}</p>
          ))}
        </div>
      ),
    },
    { title: t('backup.drillCounted'), cell: ({ drill }) => t('studies.images', { count: drill.files }) },
    { title: t('backup.drillSample'), cell: ({ drill }) => t('studies.images', { count: drill.sample }) },
    { title: t('backup.drillRead'), cell: ({ drill }) => `${drill.volumesRead} / ${drill.volumes}` },
  ];
  return (
    <Block title={t('backup.drills')} text={t(drilled.length === 0 ? 'backup.notDrilled' : 'backup.drillsText')}>
      {drilled.length > 0 && (
        <Table
          label={t('backup.drills')}
          columns={columns}
          rows={drilled}
          keyOf={({ kind, name }) => `${kind} ${name}`}
        />
      )}
    </Block>
  );
}
