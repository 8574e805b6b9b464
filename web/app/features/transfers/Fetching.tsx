import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device } from '../../api/devices.ts';
import {
  fetchFrom,
  isUnderWay,
  type RemoteSearch,
  type RemoteStudy,
  searchAt,
  transfersOptions,
} from '../../api/transfers.ts';
import { useFieldFaults } from '../../ui/field-faults.ts';
import { Block } from '../../ui/Page.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { DeviceChoice } from './DeviceChoice.tsx';
import { RemoteTable } from './RemoteTable.tsx';
import { searchIn } from './search-fields.ts';
import css from './Transfers.module.css';

/** Finds studies at another PACS and brings them here. */
export function Fetching({ devices }: { devices: readonly Device[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [device, setDevice] = useState(devices[0]?.id ?? '');
  const [by, setBy] = useState<'move' | 'get'>('move');
  const transfers = useQuery(transfersOptions).data?.transfers ?? [];
  const underWay = new Set(transfers.filter(isUnderWay).map(({ studyInstanceUid }) => studyInstanceUid));
  const search = useMutation({
    mutationFn: async (asked: { device: string; search: RemoteSearch }) => ({
      device: asked.device,
      ...(await searchAt(asked.device, asked.search)),
    }),
  });
  const fetching = useMutation({
    mutationFn: ({ from, study }: { from: string; study: RemoteStudy }) => fetchFrom(from, study, by),
    onSettled: () => queries.invalidateQueries({ queryKey: transfersOptions.queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    search.mutate({ device, search: searchIn(new FormData(event.currentTarget)) });
  };
  const fault = useFieldFaults(search.error);
  const found = search.data;
  return (
    <Block title={t('transfers.fetch')} text={t('transfers.fetchText')}>
      <form className={css.line} onSubmit={submit} noValidate>
        <DeviceChoice label={t('transfers.from')} devices={devices} value={device} onChange={setDevice} />
        <TextInput
          name="patientId"
          label={t('studies.column.patientId')}
          autoComplete="off"
          error={fault('patientId')}
        />
        <TextInput name="patientName" label={t('transfers.name')} autoComplete="off" error={fault('patientName')} />
        <TextInput name="from" type="date" label={t('studies.from')} error={fault('from')} />
        <TextInput name="to" type="date" label={t('studies.to')} error={fault('to')} />
        <NativeSelect
          label={t('transfers.by')}
          value={by}
          onChange={(event) => setBy(event.currentTarget.value === 'get' ? 'get' : 'move')}
          data={(['move', 'get'] as const).map((value) => ({ value, label: t(`transfers.ways.${value}`) }))}
        />
        <Button type="submit" h={40} loading={search.isPending}>
          {t('transfers.search')}
        </Button>
      </form>
      {search.error !== null && <Problem error={search.error} codeless />}
      {fetching.error !== null && <Problem error={fetching.error} />}
      <div role="status">
        {found !== undefined && !search.isPending && (
          <p className={css.result}>
            {t(found.complete ? 'transfers.found' : 'transfers.foundMore', { count: found.studies.length })}
          </p>
        )}
      </div>
      {found !== undefined && found.studies.length > 0 && (
        <RemoteTable
          studies={found.studies}
          underWay={underWay}
          onFetch={(study) => fetching.mutate({ from: found.device, study })}
        />
      )}
    </Block>
  );
}
