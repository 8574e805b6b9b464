/** Lists of orders: what a modality asks its worklist for, and what the clinic's own programs list. */
import type { Connections } from '../connection.ts';
import { hasImages } from './order-images.ts';
import { type OrderKey, orderConditions } from './order-matching.ts';
import { asItStands, ORDER_COLUMNS, type OrderRow, type OrderStatus } from './orders.ts';

/** Where a page ended: orders are listed by date, time and id. */
export interface OrderPlace {
  startDate: string;
  startTime: string;
  id: number;
}

export interface WorklistQuery {
  keys: readonly OrderKey[];
  limit: number;
  after?: OrderPlace;
}

export interface WorklistPage {
  orders: OrderRow[];
  /** Orders among those looked at whose images have arrived without a word from the device. */
  done: number[];
  /** There may be more. */
  after?: OrderPlace;
}

const ORDER_BY = 'ORDER BY start_date, start_time, id LIMIT ?';
const AFTER = '(start_date, start_time, id) > (?, ?, ?)';

/** Steps that are still to be done or under way and match, soonest first; a page may hold less than its limit. */
export function findScheduledSteps(
  { records, index }: Connections,
  { keys, limit, after }: WorklistQuery,
): WorklistPage {
  const { sql, values } = scheduledStepsSql(keys, limit, after);
  const rows = records.all<OrderRow>(sql, ...values);
  const done = rows.filter((order) => hasImages(index, order)).map(({ id }) => id);
  const last = rows.at(-1);
  return {
    orders: rows.filter(({ id }) => !done.includes(id)),
    done,
    ...(last !== undefined && rows.length === limit && { after: placeOf(last) }),
  };
}

/** The statement behind `findScheduledSteps`, whose plan a test looks at. */
export function scheduledStepsSql(
  keys: readonly OrderKey[],
  limit: number,
  after?: OrderPlace,
): { sql: string; values: unknown[] } {
  const conditions = orderConditions(keys);
  const parts = [`status IN ('scheduled', 'in-progress')`, ...conditions.map(({ sql }) => sql)];
  const values = conditions.flatMap((condition) => condition.values);
  if (after !== undefined) {
    parts.push(AFTER);
    values.push(after.startDate, after.startTime, after.id);
  }
  return {
    sql: `SELECT ${ORDER_COLUMNS} FROM orders WHERE ${parts.join(' AND ')} ${ORDER_BY}`,
    values: [...values, limit],
  };
}

/** Writes down what `findScheduledSteps` found done, so that it is not looked at again and again. */
export function settleOrders({ records }: Connections, { ids, now }: { ids: readonly number[]; now: string }): void {
  for (const id of ids) {
    records.run(
      `UPDATE orders SET status = 'completed', ended_at = ? WHERE id = ? AND status IN ('scheduled', 'in-progress')`,
      now,
      id,
    );
  }
}

export interface OrderList {
  /** YYYYMMDD, inclusive. */
  from?: string;
  to?: string;
  statuses?: readonly OrderStatus[];
  modality?: string;
  patientId?: string;
  accessionNumber?: string;
  orderNumber?: string;
  limit: number;
  after?: OrderPlace;
}

/** Orders by date, time and id, each with the status that it has by now. */
export function listOrders(connections: Connections, list: OrderList): { orders: OrderRow[]; after?: OrderPlace } {
  const orders: OrderRow[] = [];
  let after = list.after;
  for (;;) {
    const rows = listRows(connections, list, after);
    for (const row of rows) {
      const order = asItStands(connections, row);
      if (list.statuses !== undefined && !list.statuses.includes(order.status)) continue;
      if (orders.length === list.limit) return { orders, after: placeOf(orders.at(-1) as OrderRow) };
      orders.push(order);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS) return { orders };
    after = placeOf(last);
  }
}

/** Rows read at a time. */
const ROWS = 500;

function listRows({ records }: Connections, list: OrderList, after: OrderPlace | undefined): OrderRow[] {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const add = (condition: string, ...given: (string | number | undefined)[]) => {
    if (given.includes(undefined)) return;
    conditions.push(condition);
    values.push(...given);
  };
  add('start_date >= ?', list.from);
  add('start_date <= ?', list.to);
  add('modality = ?', list.modality);
  add('patient_id = ?', list.patientId);
  add('accession_number = ?', list.accessionNumber);
  add('order_number = ?', list.orderNumber);
  add('status IN (SELECT value FROM json_each(?))', list.statuses && JSON.stringify(mayStandAs(list.statuses)));
  add(AFTER, after?.startDate, after?.startTime, after?.id);
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  return records.all<OrderRow>(`SELECT ${ORDER_COLUMNS} FROM orders ${where} ${ORDER_BY}`, ...values, ROWS);
}

/** The statuses in the rows of orders that may stand as one of `statuses`: images may have completed an open one. */
function mayStandAs(statuses: readonly OrderStatus[]): readonly OrderStatus[] {
  return statuses.includes('completed') ? [...statuses, 'scheduled', 'in-progress'] : statuses;
}

function placeOf({ startDate, startTime, id }: OrderRow): OrderPlace {
  return { startDate, startTime, id };
}
