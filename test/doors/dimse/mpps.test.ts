import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OrderRow } from '../../../src/worklist/worklist.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { EXPLICIT, IMPLICIT } from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';
import { dataSetOf, MPPS, N_CREATE, N_SET, newStep, report, stepStatus } from '../../support/mpps.ts';
import { makeInstance } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const WRONG_ENTRY = { '00400281': { vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: ['110514'] } }] } };
const device = (aeTitle: string, may: string[]) => ({ name: aeTitle, aeTitle, host: '127.0.0.1', port: null, may });

let appliance: TestAppliance;
let client: DimseClient;
let order: OrderRow;
let number = 0;

const associate = (callingAe: string) =>
  DimseClient.associate({
    port: appliance.dicomPort,
    callingAe,
    contexts: [
      [SC, [EXPLICIT]],
      [MPPS, [IMPLICIT]],
    ],
  });
const makeOrder = async (fields: Record<string, string> = {}) => {
  const draft = { patientId: `P${++number}`, patientName: '김희중', modality: 'DX', description: '흉부 PA', ...fields };
  return (await appliance.worklist.put(draft)).order;
};
const statusOf = async ({ id }: OrderRow) => (await appliance.worklist.order(id))?.status;
const uidOf = (name: string) => `1.2.${number}.${name}`;

beforeAll(async () => {
  appliance = await startTestAppliance({ config: { devices: [device('XR1', ['worklist', 'store'])] } });
  client = await associate('XR1');
});
beforeEach(async () => {
  order = await makeOrder();
});
afterAll(async () => {
  await client.release();
  await appliance.dispose();
});

describe('a performed procedure step', () => {
  it('takes its order from scheduled to in progress and done, and may then no longer be updated', async () => {
    expect((await report(client, N_CREATE, uidOf('1'), newStep(order))).status).toBe(0);
    expect(await statusOf(order)).toBe('in-progress');
    expect((await report(client, N_SET, uidOf('1'), stepStatus('COMPLETED'))).status).toBe(0);
    expect(await statusOf(order)).toBe('completed');
    const late = await report(client, N_SET, uidOf('1'), stepStatus('DISCONTINUED'));
    expect([late.status, late.answer.command['00000903']?.readUInt16LE(0)]).toEqual([0x0110, 0xa710]);
    expect(await statusOf(order)).toBe('completed');
  });

  it('that is discontinued ends its order, unless the wrong one had been chosen', async () => {
    const other = await makeOrder();
    await report(client, N_CREATE, uidOf('1'), newStep(order));
    await report(client, N_SET, uidOf('1'), stepStatus('DISCONTINUED'));
    await report(client, N_CREATE, uidOf('2'), newStep(other));
    await report(client, N_SET, uidOf('2'), stepStatus('DISCONTINUED', WRONG_ENTRY));
    expect([await statusOf(order), await statusOf(other)]).toEqual(['discontinued', 'scheduled']);
  });

  it('gets a UID when it brings none', async () => {
    const { status, answer } = await report(client, N_CREATE, '', newStep(order));
    expect([status, answer.command['00001000']?.toString()]).toEqual([0, expect.stringMatching(/^2\.25\.\d+/)]);
  });

  it('finds its order by step id and patient when the device made a Study Instance UID of its own', async () => {
    await report(client, N_CREATE, uidOf('1'), newStep({ ...order, studyInstanceUid: '9.9', patientId: 'SOMEBODY' }));
    expect(await statusOf(order)).toBe('scheduled');
    await report(client, N_CREATE, uidOf('2'), newStep({ ...order, studyInstanceUid: '9.9' }));
    expect(await statusOf(order)).toBe('in-progress');
  });

  it('of an order that was cancelled meanwhile counts: it was done', async () => {
    await appliance.worklist.cancel(order.id);
    await report(client, N_CREATE, uidOf('1'), newStep(order));
    expect(await statusOf(order)).toBe('in-progress');
  });

  it('survives a restart', async () => {
    await report(client, N_CREATE, uidOf('1'), newStep(order));
    await client.release();
    appliance = await appliance.restart();
    client = await associate('XR1');
    expect(await statusOf(order)).toBe('in-progress');
    expect((await report(client, N_SET, uidOf('1'), stepStatus('COMPLETED'))).status).toBe(0);
  });
});

describe('a report is refused', () => {
  const text = (vr: string, value: string) => ({ vr, Value: [value] });

  it('with 0111H when its UID is known, with 0112H when it is not', async () => {
    await report(client, N_CREATE, uidOf('1'), newStep(order));
    expect((await report(client, N_CREATE, uidOf('1'), newStep(order))).status).toBe(0x0111);
    expect((await report(client, N_SET, '1.2.777', stepStatus('COMPLETED'))).status).toBe(0x0112);
  });

  it('with 0120H and what is missing, with 0121H for what is there without a value', async () => {
    const { status, answer } = await report(
      client,
      N_CREATE,
      uidOf('1'),
      dataSetOf({ '00400252': text('CS', 'IN PROGRESS') }),
    );
    expect([status, answer.command['00001005']?.subarray(0, 4).toString('hex')]).toEqual([0x0120, '40007002']);
    const empty = newStep(order, { '00400253': { vr: 'SH' } });
    expect((await report(client, N_CREATE, uidOf('1'), empty)).status).toBe(0x0121);
    expect((await report(client, N_CREATE, uidOf('1'), null)).status).toBe(0x0120);
  });

  it('with 0106H for a status that cannot be, and changes nothing', async () => {
    const born = newStep(order, { '00400252': text('CS', 'COMPLETED') });
    expect((await report(client, N_CREATE, uidOf('1'), born)).status).toBe(0x0106);
    await report(client, N_CREATE, uidOf('1'), newStep(order));
    expect((await report(client, N_SET, uidOf('1'), stepStatus('DONE'))).status).toBe(0x0106);
    expect(await statusOf(order)).toBe('in-progress');
  });

  it('with 0110H when it cannot be read, with 0211H for an operation of another kind; the association lives on', async () => {
    expect((await report(client, N_CREATE, uidOf('1'), Buffer.from('no data set at all, this'))).status).toBe(0x0110);
    expect((await report(client, 0x150, uidOf('1'), null)).status).toBe(0x0211);
    expect((await report(client, N_CREATE, uidOf('1'), newStep(order))).status).toBe(0);
  });

  it('from a device that nobody has approved', async () => {
    const stranger = await associate('STRANGER');
    expect([...stranger.accepted.results.values()]).toEqual([0, 1]);
    await stranger.release();
  });
});

describe('a device with habits of its own', () => {
  it('may end a step twice: the second is refused and changes nothing', async () => {
    await report(client, N_CREATE, uidOf('1'), newStep(order));
    const statuses = [];
    for (const end of ['COMPLETED', 'COMPLETED', 'IN PROGRESS']) {
      const { status, answer } = await report(client, N_SET, uidOf('1'), stepStatus(end));
      statuses.push([status, answer.command['00000903']?.readUInt16LE(0)]);
    }
    expect(statuses).toEqual([
      [0, undefined],
      [0x0110, 0xa710],
      [0x0110, 0xa710],
    ]);
    expect(await statusOf(order)).toBe('completed');
  });

  it('may report again and again while it works', async () => {
    await report(client, N_CREATE, uidOf('1'), newStep(order));
    const again = dataSetOf({ '00400254': { vr: 'LO', Value: ['Chest PA'] } });
    for (const dataSet of [again, stepStatus('IN PROGRESS'), again])
      expect((await report(client, N_SET, uidOf('1'), dataSet)).status).toBe(0);
    expect(await statusOf(order)).toBe('in-progress');
  });

  it('may report after its images are here, all of it or the beginning only', async () => {
    await client.store(makeInstance({ studyInstanceUid: order.studyInstanceUid }));
    expect(await statusOf(order)).toBe('completed');
    expect((await report(client, N_CREATE, uidOf('1'), newStep(order))).status).toBe(0);
    expect(await statusOf(order)).toBe('in-progress');
    expect((await report(client, N_SET, uidOf('1'), stepStatus('COMPLETED'))).status).toBe(0);
    expect(await statusOf(order)).toBe('completed');
  });

  it('may begin a step that nobody ordered', async () => {
    const unscheduled = {
      patientId: 'WALK-IN',
      studyInstanceUid: '1.2.3.4',
      scheduledProcedureStepId: '',
      accessionNumber: '',
    };
    expect((await report(client, N_CREATE, uidOf('1'), newStep(unscheduled))).status).toBe(0);
    expect((await report(client, N_SET, uidOf('1'), stepStatus('COMPLETED'))).status).toBe(0);
    expect(await statusOf(order)).toBe('scheduled');
  });
});

describe('a device that reports nothing', () => {
  it('has done an order when an image with its Study Instance UID is here', async () => {
    await client.store(makeInstance({ studyInstanceUid: order.studyInstanceUid }));
    expect(await statusOf(order)).toBe('completed');
    await expect(appliance.worklist.cancel(order.id)).rejects.toMatchObject({ code: 'ORDER_CLOSED' });
  });

  it('or one with its Accession Number and patient, not one of somebody else', async () => {
    const { accessionNumber, patientId } = order;
    await client.store(makeInstance({ accessionNumber, patientId: 'OTHER' }));
    expect(await statusOf(order)).toBe('scheduled');
    await client.store(makeInstance({ accessionNumber, patientId }));
    expect(await statusOf(order)).toBe('completed');
  });

  it('does not end an order by an image that was here before it', async () => {
    await client.store(makeInstance({ accessionNumber: 'A-1', patientId: 'P-OLD' }));
    const later = await makeOrder({ accessionNumber: 'A-1', patientId: 'P-OLD' });
    expect(await statusOf(later)).toBe('scheduled');
  });
});
