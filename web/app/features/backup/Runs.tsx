import { useTranslation } from 'react-i18next';
import type { Backup } from '../../api/backup.ts';
import { readableBytes } from '../../ui/amount.ts';
import { Block } from '../../ui/Page.tsx';
import { State, type Tone } from '../../ui/State.tsx';
import { type Column, Table } from '../../ui/Table.tsx';
import { useLanguage } from '../../ui/use-language.ts';

type Run = Backup['runs'][number];

const TONES: Readonly<Record<Run['outcome'], Tone>> = { ok: 'good', failed: 'bad', running: 'plain' };

/** The last runs, newest first, each with its result. */
export function Runs({ runs, instant }: { runs: readonly Run[]; instant: (iso: string) => string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const columns: Column<Run>[] = [
    { title: t('backup.when'), cell: (run) => instant(run.startedAt) },
    { title: t('backup.trigger'), cell: (run) => t(`backup.triggers.${run.trigger}`) },
    {
      title: t('backup.result'),
      cell: (run) => (
        <span>
          <State tone={TONES[run.outcome]}>{t(`backup.outcomes.${run.outcome}`)}</State>{' '}
          {run.outcome === 'failed' && (run.message?.[language] ?? run.code)}
        </span>
      ),
    },
    { title: t('backup.amount'), cell: (run) => t('studies.images', { count: run.instances }) },
    { title: t('backup.size'), cell: (run) => readableBytes(run.bytes) },
    { title: t('backup.target'), cell: (run) => run.target },
  ];
  return (
    <Block title={t('backup.runs')} {...(runs.length === 0 ? { text: t('backup.noRuns') } : {})}>
      {runs.length > 0 && <Table label={t('backup.runs')} columns={columns} rows={runs} keyOf={(run) => run.id} />}
    </Block>
  );
}
