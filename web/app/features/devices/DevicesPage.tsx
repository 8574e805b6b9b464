import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { attemptsOptions, type Device, devicesOptions } from '../../api/devices.ts';
import { onPush } from '../../api/push.ts';
import { sessionOptions } from '../../api/session.ts';
import { statusOptions } from '../../api/status.ts';
import { ConnectionDetails } from '../../ui/ConnectionDetails.tsx';
import { Empty } from '../../ui/Empty.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { useInstant } from '../../ui/Instant.tsx';
import { Block, Page } from '../../ui/Page.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { Waiting } from '../../ui/Waiting.tsx';
import { Attempts } from './Attempts.tsx';
import { DeviceForm } from './DeviceForm.tsx';
import css from './DevicesPage.module.css';
import { DeviceTable } from './DeviceTable.tsx';
import { RemoveDevice } from './RemoveDevice.tsx';

/** 장비: who may do what with us, and what became of every connection, with the next step. */
export function DevicesPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const instant = useInstant(useQuery(sessionOptions).data?.clinic.timeZone ?? 'Asia/Seoul');
  const status = useQuery(statusOptions).data;
  const devices = useQuery(devicesOptions);
  const attempts = useQuery(attemptsOptions);
  const [editing, setEditing] = useState<Device | 'new'>();
  const [removing, setRemoving] = useState<Device>();
  useEffect(
    () =>
      onPush(({ kind }) => {
        if (kind === 'attempts') void queries.invalidateQueries({ queryKey: attemptsOptions.queryKey });
      }),
    [queries],
  );
  return (
    <Page
      title={t('devices.title')}
      intro={t('devices.intro')}
      action={
        <Button leftSection={<Icon name="plus" size={18} />} onClick={() => setEditing('new')}>
          {t('devices.add')}
        </Button>
      }
    >
      {status !== undefined && (
        <Block title={t('studies.connectDetails')} text={t('devices.oursText')}>
          <div className={css.ours}>
            <ConnectionDetails dicom={status.dicom} />
          </div>
        </Block>
      )}
      {attempts.error !== null && (
        <Problem error={attempts.error} onRetry={() => void attempts.refetch()} stale={attempts.data !== undefined} />
      )}
      {attempts.data === undefined && attempts.error === null && <Waiting />}
      {attempts.data !== undefined && (
        <Attempts attempts={attempts.data.attempts} instant={instant} onEdit={setEditing} />
      )}
      {devices.error !== null && (
        <Problem error={devices.error} onRetry={() => void devices.refetch()} stale={devices.data !== undefined} />
      )}
      {devices.data?.devices.length === 0 && (
        <Empty icon="devices" title={t('devices.none')} text={t('devices.noneText')} />
      )}
      {devices.data !== undefined && devices.data.devices.length > 0 && (
        <DeviceTable devices={devices.data.devices} onEdit={setEditing} onRemove={setRemoving} />
      )}
      {editing !== undefined && (
        <DeviceForm {...(editing === 'new' ? {} : { device: editing })} onClose={() => setEditing(undefined)} />
      )}
      {removing !== undefined && <RemoveDevice device={removing} onClose={() => setRemoving(undefined)} />}
    </Page>
  );
}
