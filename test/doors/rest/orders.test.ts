/** Orders over the API, as an EMR sends and reads them. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PASSWORD, type RestDoor, startRestDoor } from './rest-door.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let door: RestDoor;
beforeAll(async () => {
  door = await startRestDoor();
});
afterAll(() => door.close());

interface Order {
  id: number;
  orderNumber: string;
  studyInstanceUid: string;
}

const draft = (orderNumber: string, fields: Record<string, unknown> = {}) => ({
  orderNumber,
  patientId: `P-${orderNumber}`,
  patientName: '김희중',
  modality: 'DX',
  description: '흉부 PA',
  startDate: '2026-11-24',
  startTime: '09:30',
  ...fields,
});
const post = (body: unknown) => door.as('director', '/api/orders', { method: 'POST', body });

describe('orders', () => {
  it('are made once by number, changed, cancelled and read, each on record', async () => {
    const made = (await post(draft('1'))).json();
    expect(made).toMatchObject({
      outcome: 'created',
      order: {
        status: 'scheduled',
        patientName: { alphabetic: 'Kim^Huijung', ideographic: '', phonetic: '김^희중' },
        startDate: '20261124',
        startTime: '093000',
        procedureCodes: [],
        startedAt: null,
      },
    });
    const { id, studyInstanceUid } = made.order as Order;
    expect((await post(draft('1'))).json().outcome).toBe('unchanged');
    expect((await post(draft('1', { modality: 'CR' }))).json()).toMatchObject({
      outcome: 'changed',
      order: { id, studyInstanceUid, modality: 'CR' },
    });
    const path = `/api/orders/${id}`;
    const code = { value: 'G2101', scheme: 'EDI', meaning: '흉부 1매' };
    const changed = await door.as('director', path, { method: 'PATCH', body: { procedureCodes: [code] } });
    expect(changed.json()).toMatchObject({ modality: 'CR', procedureCodes: [code] });
    expect((await door.as('director', `${path}/cancel`, { method: 'POST' })).json()).toMatchObject({
      status: 'cancelled',
    });
    expect((await door.as('director', path)).json()).toMatchObject({ id, status: 'cancelled' });
    expect(
      (await door.accessLog()).slice(0, 6).map(([who, action, patient, , detail]) => [who, action, patient, detail]),
    ).toEqual([
      ['director', 'query', 'P-1', `order ${id}`],
      ['director', 'order.cancel', 'P-1', `order ${id}: changed`],
      ['director', 'order.change', 'P-1', `order ${id}: changed`],
      ['director', 'order.change', 'P-1', `order ${id}: changed`],
      ['director', 'order.change', 'P-1', `order ${id}: unchanged`],
      ['director', 'order.create', 'P-1', `order ${id}: created`],
    ]);
  });

  it('that are closed do not change', async () => {
    const { id } = (await post(draft('2'))).json().order as Order;
    await door.as('director', `/api/orders/${id}/cancel`, { method: 'POST' });
    const answer = await post(draft('2', { description: '복부' }));
    expect([answer.status, answer.json().code]).toEqual([409, 'ORDER_CLOSED']);
  });

  it('are listed by day, number and status, page by page', async () => {
    for (const number of ['a', 'b', 'c']) await post(draft(number, { startDate: '20300101' }));
    const list = async (query: string) =>
      (await door.as('director', `/api/orders?${query}`)).json() as { orders: Order[]; after: string | null };
    const first = await list('from=2030-01-01&to=20300101&limit=2');
    expect(first.orders.map(({ orderNumber }) => orderNumber)).toEqual(['a', 'b']);
    const rest = await list(`from=20300101&limit=2&after=${first.after}`);
    expect([rest.orders.length, rest.after]).toEqual([1, null]);
    expect((await list('orderNumber=b')).orders).toHaveLength(1);
    expect((await list('from=20300101&status=cancelled')).orders).toEqual([]);
  });

  it.each([
    ['a field that is wrong', draft('x', { birthDate: '19800230' }), 'birthDate'],
    ['a field that is missing', draft('x', { patientId: '' }), 'patientId'],
    ['a name of four groups', draft('x', { patientName: 'a=b=c=d' }), 'patientName'],
  ])('are refused for %s, which is named', async (_what, body, field) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.json().errors as object)).toEqual([field]);
  });

  it('are refused for a field that nobody knows', async () => {
    expect((await post(draft('x', { colour: 'red' }))).status).toBe(400);
  });

  it.each(['after=nonsense', 'limit=0', 'status=lost', 'from=yesterday'])('are not listed by ?%s', async (query) => {
    expect((await door.as('director', `/api/orders?${query}`)).status).toBeGreaterThanOrEqual(400);
  });

  it('that are not there are not found', async () => {
    expect((await door.as('director', '/api/orders/999999')).status).toBe(404);
    expect((await door.as('director', '/api/orders/999999/cancel', { method: 'POST' })).status).toBe(404);
  });

  it('come from a program with HTTP Basic, and not from somebody who may only look', async () => {
    const send = (name: string) => {
      const Authorization = `Basic ${Buffer.from(`${name}:${PASSWORD}`).toString('base64')}`;
      const headers = { Authorization, 'Content-Type': 'application/json' };
      return door.ask('/api/orders', { method: 'POST', headers, body: JSON.stringify(draft('basic')) });
    };
    expect([(await send('director')).status, (await send('viewer')).status]).toEqual([200, 403]);
  });

  it('are nothing for somebody who is not logged in', async () => {
    expect((await door.ask('/api/orders')).status).toBe(401);
    expect((await door.ask('/api/orders', { method: 'POST' })).status).toBeGreaterThanOrEqual(401);
  });
});
