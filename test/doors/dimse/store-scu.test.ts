/** What we send to a device, and what becomes of it when the device does everything wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Selection, StoredInstance } from '../../../src/archive/retrieve.ts';
import { type Delivery, type StoreRequest, storeInstances } from '../../../src/doors/dimse/store-scu.ts';
import { createLog } from '../../../src/log.ts';
import { openArchive, store } from '../../support/archive.ts';
import { pdu } from '../../support/dimse-bytes.ts';
import { type ReceiverBehaviour, startReceiver, storeResponse } from '../../support/receiver.ts';
import { type Instance, makeStudy } from '../../support/synthetic.ts';

const LIMITS = { connectMs: 1000, associateMs: 300, responseMs: 300, writeStallMs: 1000, releaseMs: 300 };

let archive: Awaited<ReturnType<typeof openArchive>>;
let study: Instance[];
let selection: Selection;
let stored: StoredInstance[];

beforeAll(async () => {
  archive = await openArchive();
  study = makeStudy(1, 6, { pixelBytes: 100_000 });
  for (const instance of study) await store(archive, instance);
  const of = { studyInstanceUid: study[0]?.studyInstanceUid as string };
  selection = await archive.retrieve.select([of]);
  stored = await archive.retrieve.instances(of);
});

afterAll(() => archive.close());

/** Sends the study to such a receiver; every instance has to be accounted for once, and nothing may stay open. */
async function send(behaviour: ReceiverBehaviour, more: Partial<StoreRequest> = {}) {
  const receiver = await startReceiver(behaviour);
  const deliveries: Delivery[] = [];
  const outcome = await storeInstances(selection, {
    destination: { aeTitle: 'DEST', host: '127.0.0.1', port: receiver.port },
    callingAe: 'CLINICPACS',
    log: createLog({ level: 'silent' }),
    limits: LIMITS,
    retriever: archive.retrieve,
    delivered: (delivery) => void deliveries.push(delivery),
    ...more,
  });
  await expect.poll(receiver.open).toBe(0);
  await receiver.close();
  const uids = deliveries.map(({ instance }) => instance.sopInstanceUid);
  if (more.stops === undefined) expect(uids).toEqual(stored.map(({ sopInstanceUid }) => sopInstanceUid));
  return { receiver, deliveries, results: deliveries.map(({ result }) => result), outcome };
}

const all = (result: Delivery['result']) => stored.map(() => result);

describe('sending', () => {
  it.each([0, 200, 16384, 1_000_000])('brings every byte across in PDUs of at most %d', async (maximumLength) => {
    const { receiver, results, outcome } = await send({ maximumLength });
    expect([outcome, results]).toEqual([{ kind: 'done' }, all('completed')]);
    expect(receiver.stores.map(({ dataSet }) => dataSet.equals(study[0]?.dataSet as Buffer))).toContain(true);
    expect(receiver.stores.map(({ dataSet }) => dataSet.toString('hex'))).toEqual(
      study.map(({ dataSet }) => dataSet.toString('hex')),
    );
    if (maximumLength > 0) expect(receiver.largestPdu()).toBeLessThanOrEqual(maximumLength);
    expect(receiver.associations()).toBe(1);
  });

  it('names who asked by C-MOVE', async () => {
    const { receiver } = await send({}, { moveOriginator: { aeTitle: 'VIEWER', messageId: 7 } });
    const { command } = receiver.stores[0] as (typeof receiver.stores)[number];
    expect([command['00001030']?.toString(), command['00001031']?.readUInt16LE(0)]).toEqual(['VIEWER', 7]);
  });

  it('counts warnings and refusals one by one', async () => {
    const answers = [0, 0xb000, 0xa700, 0xc000, 0x0110, 0];
    const { results } = await send({ answer: () => answers.shift() as number });
    expect(results).toEqual(['completed', 'warning', 'failed', 'failed', 'failed', 'completed']);
  });

  it('stops between two images when it is told to', async () => {
    let asked = 0;
    const { outcome, results } = await send({}, { stops: () => ++asked > 2 });
    expect([outcome, results]).toEqual([{ kind: 'stopped' }, ['completed', 'completed']]);
  });
});

describe('a bad receiver', () => {
  it('that refuses every context', async () => {
    const { results, outcome } = await send({ takes: () => false });
    expect([outcome.kind, results]).toEqual(['done', all('failed')]);
  });

  it.each<[string, ReceiverBehaviour['associate'], string]>([
    ['rejects', () => pdu(3, Buffer.from([0, 1, 1, 7])), 'rejected'],
    ['aborts', () => pdu(7, Buffer.alloc(4)), 'aborted'],
    ['speaks HTTP', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'violation'],
    ['says nothing', () => null, 'timed-out'],
    [
      'hangs up',
      (_, socket) => {
        socket.destroy();
        return null;
      },
      'closed',
    ],
    ['announces four gigabytes', () => Buffer.from([2, 0, 0xff, 0xff, 0xff, 0xff]), 'violation'],
  ])('that %s', async (_, associate, reason) => {
    const { results, outcome } = await send({ ...(associate && { associate }) });
    expect([outcome, results]).toMatchObject([{ kind: 'failed', reason }, all('failed')]);
  });

  it('that cuts the line inside the third image: that one fails, the rest goes over a new association', async () => {
    let cut = false;
    const { receiver, results } = await send({
      slice: (socket, number) => {
        if (number !== 3 || cut) return;
        cut = true;
        socket.destroy();
      },
    });
    expect(results).toEqual(['completed', 'completed', 'failed', 'completed', 'completed', 'completed']);
    expect(receiver.associations()).toBe(2);
  });

  it('that always cuts the line is not called for ever', async () => {
    const { receiver, results } = await send({ slice: (socket) => socket.destroy() });
    expect([results, receiver.associations()]).toEqual([all('failed'), 1]);
  });

  it('that answers the second image never', async () => {
    const { results } = await send({ answer: ({ number }) => (number === 2 ? null : 0) });
    expect(results).toEqual(['completed', 'failed', 'completed', 'completed', 'completed', 'completed']);
  });

  it('that answers with nonsense', async () => {
    const { results } = await send({
      answer: ({ socket }) => {
        socket.write(Buffer.from('nonsense, nonsense, nonsense'));
        return null;
      },
    });
    expect(results).toEqual(all('failed'));
  });

  it('that answers late, but in time', async () => {
    const { results, receiver } = await send({
      answer: (received) => {
        setTimeout(() => received.socket.write(storeResponse(received, 0)), 100);
        return null;
      },
    });
    expect([results, receiver.associations()]).toEqual([all('completed'), 1]);
  });

  it('that answers too late: its answer belongs to nobody', async () => {
    const { results } = await send({
      answer: (received) => {
        if (received.number !== 2) return 0;
        setTimeout(() => received.socket.destroyed || received.socket.write(storeResponse(received, 0)), 1000);
        return null;
      },
    });
    expect(results).toEqual(['completed', 'failed', 'completed', 'completed', 'completed', 'completed']);
  });

  it('that never answers a release', async () => {
    const { results } = await send({ answersRelease: false });
    expect(results).toEqual(all('completed'));
  });

  it('that is not there', async () => {
    const { outcome, results } = await send({}, { destination: { aeTitle: 'X', host: '127.0.0.1', port: 1 } });
    expect([outcome, results]).toMatchObject([{ kind: 'failed', reason: 'unreachable' }, all('failed')]);
  });
});
