import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { type Order, ordersOptions } from '../../api/orders.ts';
import { onPush } from '../../api/push.ts';
import { sessionOptions } from '../../api/session.ts';
import { Page } from '../../ui/Page.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { Waiting } from '../../ui/Waiting.tsx';
import { addDays, readableDay, wallClock } from '../../ui/when.ts';
import { CancelOrder } from './CancelOrder.tsx';
import { OrderForm } from './OrderForm.tsx';
import css from './Orders.module.css';
import { OrderTable } from './OrderTable.tsx';

/** 예약: what modalities see in their worklist today, added by keyboard. */
export function OrdersPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [address, setAddress] = useSearchParams();
  const timeZone = useQuery(sessionOptions).data?.clinic.timeZone ?? 'Asia/Seoul';
  const today = wallClock(new Date(), timeZone).day;
  const asked = address.get('day') ?? '';
  const day = readableDay(asked) === undefined ? today : asked;
  const { data, error, refetch } = useQuery(ordersOptions(day));
  const [cancelling, setCancelling] = useState<Order>();
  // An order is done as soon as its images are here.
  useEffect(
    () => onPush(({ kind }) => void (kind === 'change' && queries.invalidateQueries({ queryKey: ['orders'] }))),
    [queries],
  );
  const show = (to: string) => setAddress(to === today ? {} : { day: to });
  return (
    <Page title={t('orders.title')} intro={t('orders.intro')}>
      <OrderForm day={day} />
      <div className={css.days}>
        <Button variant="default" h={40} onClick={() => show(addDays(day, -1))}>
          {t('orders.before')}
        </Button>
        <TextInput
          type="date"
          aria-label={t('orders.day')}
          value={readableDay(day) ?? ''}
          onChange={(event) => event.currentTarget.value !== '' && show(event.currentTarget.value.replaceAll('-', ''))}
        />
        <Button variant="default" h={40} onClick={() => show(addDays(day, 1))}>
          {t('orders.after')}
        </Button>
        {day !== today && (
          <Button variant="subtle" h={40} onClick={() => show(today)}>
            {t('studies.today')}
          </Button>
        )}
      </div>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} stale={data !== undefined} />}
      {data === undefined && error === null && <Waiting />}
      {data !== undefined && <OrderTable orders={data.orders} onCancel={setCancelling} />}
      {cancelling !== undefined && <CancelOrder order={cancelling} onClose={() => setCancelling(undefined)} />}
    </Page>
  );
}
