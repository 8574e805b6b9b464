import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Order } from '../../api/orders.ts';
import { Empty } from '../../ui/Empty.tsx';
import { Block } from '../../ui/Page.tsx';
import { shownName } from '../../ui/person-name.ts';
import { State, type Tone } from '../../ui/State.tsx';
import { type Column, Table } from '../../ui/Table.tsx';
import { readableDay, readableTime } from '../../ui/when.ts';
import css from './Orders.module.css';

const TONES: Readonly<Record<Order['status'], Tone>> = {
  scheduled: 'plain',
  'in-progress': 'warn',
  completed: 'good',
  discontinued: 'bad',
  cancelled: 'plain',
};

interface OrderTableProps {
  readonly orders: readonly Order[];
  readonly onCancel: (order: Order) => void;
}

/** The orders of a day by their time, and how far each is. */
export function OrderTable({ orders, onCancel }: OrderTableProps) {
  const { t } = useTranslation();
  if (orders.length === 0) return <Empty icon="orders" title={t('orders.none')} text={t('orders.noneText')} />;
  const nameOf = ({ patientName }: Order) => shownName(patientName).main || t('studies.noName');
  const columns: Column<Order>[] = [
    { title: t('orders.time'), cell: ({ startTime }) => readableTime(startTime) || t('orders.anyTime') },
    {
      title: t('studies.column.patient'),
      cell: (order) => (
        <>
          <strong>{nameOf(order)}</strong> <span className={css.soft}>{readableDay(order.birthDate)}</span>
        </>
      ),
    },
    { title: t('studies.column.patientId'), cell: ({ patientId }) => patientId },
    { title: t('studies.column.kind'), cell: ({ modality }) => modality },
    { title: t('studies.column.description'), cell: ({ description }) => description },
    { title: t('orders.number'), cell: ({ accessionNumber }) => accessionNumber },
    {
      title: t('users.state'),
      cell: ({ status }) => <State tone={TONES[status]}>{t(`orders.states.${status}`)}</State>,
    },
    {
      title: t('orders.cancel'),
      action: true,
      cell: (order) =>
        order.status === 'scheduled' && (
          <Button
            variant="default"
            size="xs"
            h={36}
            aria-label={t('orders.cancelOf', { name: nameOf(order) })}
            onClick={() => onCancel(order)}
          >
            {t('orders.cancel')}
          </Button>
        ),
    },
  ];
  return (
    <Block title={t('orders.list')}>
      <Table label={t('orders.list')} columns={columns} rows={orders} keyOf={({ id }) => String(id)} />
    </Block>
  );
}
