import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Device } from '../../api/devices.ts';
import { Block } from '../../ui/Page.tsx';
import { type Column, Table } from '../../ui/Table.tsx';
import css from './DevicesPage.module.css';
import { TestButton } from './TestButton.tsx';
import { usePermissionWords } from './use-permission-words.ts';

interface DeviceTableProps {
  readonly devices: readonly Device[];
  readonly onEdit: (device: Device) => void;
  readonly onRemove: (device: Device) => void;
}

/** The approved devices. */
export function DeviceTable({ devices, onEdit, onRemove }: DeviceTableProps) {
  const { t } = useTranslation();
  const may = usePermissionWords();
  const columns: Column<Device>[] = [
    { title: t('devices.name'), cell: ({ name }) => <strong>{name}</strong> },
    { title: t('studies.aeTitle'), cell: ({ aeTitle }) => aeTitle },
    {
      title: t('devices.address'),
      cell: ({ host, port }) => `${host === 'any' ? t('devices.anyAddress') : host}${port === null ? '' : `:${port}`}`,
    },
    { title: t('devices.may'), cell: (device) => may(device.may) },
    {
      title: t('devices.actions'),
      action: true,
      cell: (device) => (
        <div className={css.buttons}>
          <TestButton device={device} />
          <Button
            variant="default"
            size="xs"
            h={36}
            aria-label={t('devices.editOf', { name: device.name })}
            onClick={() => onEdit(device)}
          >
            {t('devices.edit')}
          </Button>
          <Button
            variant="default"
            size="xs"
            h={36}
            aria-label={t('devices.removeOf', { name: device.name })}
            onClick={() => onRemove(device)}
          >
            {t('devices.remove')}
          </Button>
        </div>
      ),
    },
  ];
  return (
    <Block title={t('devices.approved')}>
      <Table label={t('devices.approved')} columns={columns} rows={devices} keyOf={({ id }) => id} />
    </Block>
  );
}
