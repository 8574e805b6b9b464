import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Device } from '../../api/devices.ts';
import { isUnderWay, stopTransfer, type Transfer, transfersOptions } from '../../api/transfers.ts';
import { Block } from '../../ui/Page.tsx';
import { State, type Tone } from '../../ui/State.tsx';
import { type Column, Table } from '../../ui/Table.tsx';
import css from './Transfers.module.css';

const TONES: Readonly<Record<Transfer['state'], Tone>> = {
  waiting: 'plain',
  running: 'plain',
  done: 'good',
  failed: 'bad',
  stopped: 'warn',
};

interface TransferTableProps {
  readonly transfers: readonly Transfer[];
  readonly devices: readonly Device[];
  readonly instant: (iso: string) => string;
}

/** What was sent and fetched since the program started, each with its outcome to the image. */
export function TransferTable({ transfers, devices, instant }: TransferTableProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: stopTransfer,
    onSettled: () => queries.invalidateQueries({ queryKey: transfersOptions.queryKey }),
  });
  const nameOf = (id: string) => devices.find((device) => device.id === id)?.name ?? id;
  const columns: Column<Transfer>[] = [
    { title: t('transfers.started'), cell: ({ startedAt }) => instant(startedAt) },
    {
      title: t('transfers.what'),
      cell: ({ kind, device }) => t(`transfers.kinds.${kind}`, { device: nameOf(device) }),
    },
    { title: t('studies.column.patientId'), cell: ({ patientId }) => patientId },
    { title: t('transfers.person'), cell: ({ startedBy }) => startedBy },
    { title: t('transfers.outcome'), cell: (transfer) => <Outcome transfer={transfer} /> },
    {
      title: t('transfers.stop'),
      action: true,
      cell: (transfer) =>
        isUnderWay(transfer) && (
          <Button variant="default" size="xs" h={36} onClick={() => stop.mutate(transfer.id)}>
            {t('transfers.stop')}
          </Button>
        ),
    },
  ];
  return (
    <Block title={t('transfers.list')} {...(transfers.length === 0 ? { text: t('transfers.none') } : {})}>
      {transfers.length > 0 && (
        <Table label={t('transfers.list')} columns={columns} rows={transfers} keyOf={({ id }) => String(id)} />
      )}
    </Block>
  );
}

function Outcome({ transfer }: { transfer: Transfer }) {
  const { t } = useTranslation();
  const { state, total, completed, warning, failed, failures, detail } = transfer;
  const arrived = completed + warning;
  return (
    <div>
      <State tone={TONES[state]}>{t(`transfers.states.${state}`)}</State>{' '}
      {total > 0 && t('transfers.progress', { done: arrived, total })}
      {failed > 0 && ` · ${t('transfers.failedCount', { count: failed })}`}
      {state === 'running' && (
        <progress
          className={css.bar}
          aria-label={t('transfers.outcome')}
          max={Math.max(1, total)}
          value={total === 0 ? undefined : arrived + failed}
        />
      )}
      {(failures.length > 0 || detail !== '') && (
        <details className={css.why}>
          <summary>{t('transfers.why')}</summary>
          {detail !== '' && <p>{detail}</p>}
          {failures.slice(0, 20).map(({ sopInstanceUid, status, why }) => (
            <p key={sopInstanceUid}>
              {sopInstanceUid}: {status === null ? '' : `${status.toString(16).toUpperCase()}H`} {why}
            </p>
          ))}
        </details>
      )}
    </div>
  );
}
