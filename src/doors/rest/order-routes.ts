/** Orders from outside: the EMR makes, changes, lists and cancels what modalities see in their worklist. */
import type { z } from 'zod';
import { identityIn, type RequestLocals } from '../../accounts/request-locals.ts';
import type { AuditAction } from '../../audit/record.ts';
import { parsePersonName } from '../../dicom/person-name.ts';
import { ArchiveError } from '../../errors.ts';
import type { OrderDraft } from '../../worklist/order-content.ts';
import type { OrderPlace, OrderRow } from '../../worklist/worklist.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import { given, json, RequestInvalid, read } from './exchange.ts';
import { NewOrder, OrderChange, OrderPage, OrderPath, OrderPut, OrderQuery, OrderView } from './schemas/orders.ts';

type OrderRoutes = Pick<
  RestHandlers,
  | 'POST /api/orders'
  | 'GET /api/orders'
  | 'GET /api/orders/:id'
  | 'PATCH /api/orders/:id'
  | 'POST /api/orders/:id/cancel'
>;

const ROWS = 100;

export function orderRoutes({ worklist, audit }: RestDeps): OrderRoutes {
  const record = (locals: RequestLocals, action: AuditAction, detail: string, order?: OrderRow) => {
    const { address: from, door } = locals.source;
    const whose = order && { patientId: order.patientId, studyInstanceUid: order.studyInstanceUid };
    audit.record({ who: identityIn(locals).userName, action, from, door, ...whose, detail, outcome: 'ok' });
  };
  return {
    'POST /api/orders': json(OrderPut, async ({ request, locals }) => {
      const { order, kind } = await orInvalid(worklist.put(read(NewOrder, request.body) as OrderDraft));
      record(locals, kind === 'created' ? 'order.create' : 'order.change', `order ${order.id}: ${kind}`, order);
      return { outcome: kind as 'created' | 'changed' | 'unchanged', order: orderView(order) };
    }),

    'GET /api/orders': json(OrderPage, async ({ request, locals }) => {
      const { from, to, status, limit = ROWS, after, ...filter } = read(OrderQuery, request.query);
      const page = await worklist.list({
        ...given(filter),
        limit,
        ...(from !== undefined && { from: from.replace(/\D/g, '') }),
        ...(to !== undefined && { to: to.replace(/\D/g, '') }),
        ...(status !== undefined && { statuses: [status] }),
        ...(after !== undefined && { after: placeOf(after) }),
      });
      record(locals, 'query', `orders: ${page.orders.length}`);
      return { orders: page.orders.map(orderView), after: page.after === undefined ? null : tokenOf(page.after) };
    }),

    'GET /api/orders/:id': json(OrderView, async ({ request, locals }) => {
      const order = await worklist.order(read(OrderPath, request.params).id);
      if (order === undefined) throw new ArchiveError('NOT_FOUND');
      record(locals, 'query', `order ${order.id}`, order);
      return orderView(order);
    }),

    'PATCH /api/orders/:id': json(OrderView, async ({ request, locals }) => {
      const { id } = read(OrderPath, request.params);
      const { order, kind } = await orInvalid(worklist.change(id, read(OrderChange, request.body) as OrderDraft));
      record(locals, 'order.change', `order ${id}: ${kind}`, order);
      return orderView(order);
    }),

    'POST /api/orders/:id/cancel': json(OrderView, async ({ request, locals }) => {
      const { id } = read(OrderPath, request.params);
      const { order, kind } = await worklist.cancel(id);
      record(locals, 'order.cancel', `order ${id}: ${kind}`, order);
      return orderView(order);
    }),
  };
}

/** Tells a program which field it got wrong, in the same way as for any other request. */
async function orInvalid<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ArchiveError) || error.code !== 'ORDER_INVALID') throw error;
    const { ko, en } = error.entry;
    throw new RequestInvalid({ [error.detail]: { ko, en } });
  }
}

function orderView(order: OrderRow): z.input<typeof OrderView> {
  return {
    ...order,
    patientName: parsePersonName(order.patientName),
    procedureCodes: JSON.parse(order.procedureCodes || '[]'),
    protocolCodes: JSON.parse(order.protocolCodes || '[]'),
  };
}

function tokenOf({ startDate, startTime, id }: OrderPlace): string {
  return Buffer.from(JSON.stringify([startDate, startTime, id])).toString('base64url');
}

function placeOf(token: string): OrderPlace {
  try {
    const [startDate, startTime, id] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    if (typeof startDate === 'string' && typeof startTime === 'string' && typeof id === 'number')
      return { startDate, startTime, id };
  } catch {
    // not one of our tokens
  }
  throw new ArchiveError('REQUEST_INVALID', 'after');
}
