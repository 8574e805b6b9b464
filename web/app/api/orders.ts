import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client.ts';
import type { components } from './schema.d.ts';

export type Order = components['schemas']['Order'];
export type NewOrder = components['schemas']['NewOrder'];

/** Modalities report what they do with an order, and images arrive: asked again so often. */
const REFRESH_MS = 15_000;

/** Orders of a day (YYYYMMDD) by their time. */
export const ordersOptions = (day: string) =>
  queryOptions({
    queryKey: ['orders', day] as const,
    queryFn: ({ signal }) =>
      answer<{ orders: Order[]; after: string | null }>(
        api.GET('/api/orders', { params: { query: { from: day, to: day, limit: 500 } }, signal }),
      ),
    refetchInterval: REFRESH_MS,
  });

export async function addOrder(order: NewOrder): Promise<Order> {
  return (await answer<{ order: Order }>(api.POST('/api/orders', { body: order }))).order;
}

export async function cancelOrder(id: number): Promise<void> {
  await answer(api.POST('/api/orders/{id}/cancel', { params: { path: { id } } }));
}
