import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Device } from '../../api/devices.ts';
import { studyOptions } from '../../api/studies.ts';
import { sendStudy, transfersOptions } from '../../api/transfers.ts';
import { Block } from '../../ui/Page.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { shownName } from '../../ui/person-name.ts';
import { readableDay } from '../../ui/when.ts';
import { DeviceChoice } from './DeviceChoice.tsx';
import css from './Transfers.module.css';

interface SendingProps {
  readonly studyId: number;
  readonly devices: readonly Device[];
  readonly onDone: () => void;
}

/** Whose study goes where: one choice, one press. */
export function Sending({ studyId, devices, onDone }: SendingProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: study, error } = useQuery(studyOptions(studyId));
  const [device, setDevice] = useState(devices[0]?.id ?? '');
  const send = useMutation({
    mutationFn: () => sendStudy(studyId, device),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: transfersOptions.queryKey });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  const name = study && shownName(study.patientName);
  return (
    <Block title={t('transfers.send')}>
      {error !== null && <Problem error={error} />}
      {study !== undefined && (
        <form className={css.line} onSubmit={submit}>
          <p className={css.what}>
            <strong>{name?.main === '' ? t('studies.noName') : name?.main}</strong> {study.patientId}
            <br />
            {[readableDay(study.studyDate), study.modalities.join(' '), study.description].filter(Boolean).join(' · ')}
            {' · '}
            {t('studies.images', { count: study.instanceCount })}
          </p>
          <DeviceChoice label={t('transfers.to')} devices={devices} value={device} onChange={setDevice} />
          <Button type="submit" h={40} loading={send.isPending}>
            {t('transfers.sendNow')}
          </Button>
          <Button variant="default" h={40} onClick={onDone}>
            {t('app.cancel')}
          </Button>
        </form>
      )}
      {send.error !== null && <Problem error={send.error} />}
    </Block>
  );
}
