import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Archive } from '../../src/archive/archive.ts';
import { createLog } from '../../src/log.ts';
import { Worklist } from '../../src/worklist/worklist.ts';
import { openArchive, store } from '../support/archive.ts';
import { makeInstance } from '../support/synthetic.ts';

let archive: Archive;
let worklist: Worklist;
let number = 0;

beforeAll(async () => {
  archive = await openArchive();
  const log = createLog({ level: 'silent' });
  worklist = new Worklist({ database: archive.database, log, timeZone: 'Asia/Seoul' });
});
afterAll(() => archive.close());

const draft = () => ({
  orderNumber: `EMR-${++number}`,
  patientId: `P${number}`,
  patientName: '김희중',
  modality: 'DX',
  description: '흉부 PA',
  startDate: '20261124',
});

describe('an order', () => {
  it('gets numbers and a Study Instance UID that no other order has', async () => {
    const made = await Promise.all([draft(), draft(), draft()].map((each) => worklist.put(each)));
    for (const field of ['studyInstanceUid', 'accessionNumber', 'scheduledProcedureStepId'] as const) {
      const values = made.map(({ order }) => order[field]);
      expect(new Set(values).size).toBe(3);
      for (const value of values) expect(value.length).toBeGreaterThan(2);
    }
    for (const { order } of made) expect(order.accessionNumber.length).toBeLessThanOrEqual(16);
  });

  it('that comes again is the same order: unchanged, or changed where it differs', async () => {
    const first = draft();
    const { order } = await worklist.put(first);
    expect(await worklist.put(first)).toEqual({ kind: 'unchanged', order });
    const { kind, order: changed } = await worklist.put({ ...first, description: '복부' });
    expect([kind, changed.description]).toEqual(['changed', '복부']);
    expect([changed.id, changed.studyInstanceUid, changed.accessionNumber]).toEqual([
      order.id,
      order.studyInstanceUid,
      order.accessionNumber,
    ]);
  });

  it('without a date is for today in the clinic, and keeps its day when it comes again later', async () => {
    const { startDate: _, ...today } = draft();
    const { order } = await worklist.put(today);
    expect(order.startDate).toMatch(/^20\d{6}$/);
    await worklist.change(order.id, { startDate: '20200101' });
    expect((await worklist.put(today)).order.startDate).toBe('20200101');
  });

  it('that nobody knows is not found', async () => {
    await expect(worklist.change(999_999, { description: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(worklist.cancel(999_999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await worklist.order(999_999)).toBeUndefined();
  });

  it('cannot lose what a modality needs', async () => {
    const { order } = await worklist.put(draft());
    await expect(worklist.change(order.id, { patientName: '' })).rejects.toMatchObject({ code: 'ORDER_INVALID' });
  });

  it('that is cancelled is gone from the worklist, and cancelling again changes nothing', async () => {
    const first = draft();
    const { order } = await worklist.put(first);
    expect((await worklist.cancel(order.id)).kind).toBe('changed');
    expect((await worklist.cancel(order.id)).kind).toBe('unchanged');
    const key = { place: 'request', tag: 0x00100020, values: [first.patientId] } as const;
    expect((await worklist.scheduledSteps([key], 10)).orders).toEqual([]);
    await expect(worklist.put({ ...first, description: 'x' })).rejects.toMatchObject({ code: 'ORDER_CLOSED' });
  });

  it('is marked done once its images were seen, so that nobody looks for them again', async () => {
    const first = draft();
    const { order } = await worklist.put(first);
    await store(archive, makeInstance({ studyInstanceUid: order.studyInstanceUid }));
    const key = { place: 'request', tag: 0x00100020, values: [first.patientId] } as const;
    expect(await worklist.scheduledSteps([key], 10)).toMatchObject({ orders: [], done: [order.id] });
    // The mark is written beside the answer: writes come in order, so the next one finds it.
    await worklist.put(draft());
    expect((await worklist.scheduledSteps([key], 10)).done).toEqual([]);
    expect(await worklist.order(order.id)).toMatchObject({ status: 'completed' });
  });

  it('is listed by what became of it, page by page', async () => {
    const day = { startDate: '20300101' };
    const made = [];
    for (let at = 0; at < 5; at++) made.push((await worklist.put({ ...draft(), ...day })).order);
    await worklist.cancel((made[1] as { id: number }).id);
    const seen: number[] = [];
    let after: Parameters<Worklist['list']>[0]['after'];
    do {
      const page = await worklist.list({ from: '20300101', to: '20300101', limit: 2, ...(after && { after }) });
      seen.push(...page.orders.map(({ id }) => id));
      after = page.after;
    } while (after !== undefined);
    expect(seen).toEqual(made.map(({ id }) => id));
    const cancelled = await worklist.list({ from: '20300101', statuses: ['cancelled'], limit: 10 });
    expect(cancelled.orders.map(({ id }) => id)).toEqual([made[1]?.id]);
    expect((await worklist.list({ from: '20300101', statuses: ['completed'], limit: 10 })).orders).toEqual([]);
  });
});
