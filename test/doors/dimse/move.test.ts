/** C-MOVE: what the one who asks is told, whatever the receiver does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAccessLog } from '../../../src/audit/access-log.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import {
  EXPLICIT,
  IMPLICIT,
  identifier,
  PATIENT_ROOT_MOVE,
  pdu,
  readImplicit,
  STUDY_ROOT_MOVE,
} from '../../support/dimse-bytes.ts';
import { DimseClient, type Message, type MoveResult, us } from '../../support/dimse-client.ts';
import { type Receiver, type ReceiverBehaviour, startReceiver, storeResponse } from '../../support/receiver.ts';
import { type Instance, makeStudy } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';

let appliance: TestAppliance;
let receiver: Receiver;
let study: Instance[];

beforeAll(async () => {
  receiver = await startReceiver();
  const at = { host: '127.0.0.1', port: receiver.port, may: [] };
  appliance = await startTestAppliance({
    config: {
      devices: [
        { name: '판독실', aeTitle: 'VIEWER', host: '127.0.0.1', port: null, may: ['store', 'query', 'retrieve'] },
        { name: '병원', aeTitle: 'DEST', ...at },
        { name: '꺼짐', aeTitle: 'OFF', ...at, port: 1 },
      ],
    },
  });
  study = makeStudy(2, 3, { pixelBytes: 60_000, patientId: 'MOVE-1' });
  const client = await DimseClient.associate({ port: appliance.dicomPort, contexts: [[SC, [EXPLICIT]]] });
  for (const instance of study) await client.store(instance);
  await client.release();
});

afterAll(async () => {
  await appliance.dispose();
  await receiver.close();
});

const asking = (callingAe = 'VIEWER') =>
  DimseClient.associate({
    port: appliance.dicomPort,
    callingAe,
    contexts: [
      [STUDY_ROOT_MOVE, [IMPLICIT]],
      [PATIENT_ROOT_MOVE, [IMPLICIT]],
    ],
  });

const ofStudy = () => identifier({ '00080052': 'STUDY', '0020000D': study[0]?.studyInstanceUid as string });
/** Remaining, completed, failed, warning. */
const counts = (of: Message) => ['00001020', '00001021', '00001022', '00001023'].map((hex) => us(of, hex));
const uids = (some: readonly Instance[]) => some.map(({ sopInstanceUid }) => sopInstanceUid);
const failedUids = ({ final }: MoveResult) =>
  final.dataSet === null
    ? []
    : readImplicit(final.dataSet)
        ['00080058']?.toString('latin1')
        .replace(/[\0 ]+$/, '')
        .split('\\');

/** The receiver has answered in its own way. */
const nothing = (_: unknown) => null;

async function move(behaviour: ReceiverBehaviour, destination = 'DEST', keys = ofStudy()): Promise<MoveResult> {
  receiver.behave(behaviour);
  const client = await asking();
  const result = await client.move(keys, destination);
  await client.release();
  await expect.poll(receiver.open).toBe(0);
  return result;
}

describe('C-MOVE', () => {
  it('brings a study to another device and counts as it goes', async () => {
    const result = await move({});
    expect([result.status, counts(result.final)]).toEqual([0, [-1, 6, 0, 0]]);
    expect(result.pending.map(counts)).toEqual([1, 2, 3, 4, 5].map((sent) => [6 - sent, sent, 0, 0]));
    expect(
      receiver.stores.map(({ dataSet }) => dataSet.equals(study[0]?.dataSet as Buffer)).filter(Boolean),
    ).toHaveLength(1);
    expect(receiver.stores.map(({ command }) => command['00001030']?.toString())).toEqual(study.map(() => 'VIEWER'));
    expect(receiver.associations()).toBe(1);
  });

  it('brings all of a patient', async () => {
    receiver.behave({});
    const client = await asking();
    const keys = identifier({ '00080052': 'PATIENT', '00100020': 'MOVE-1' });
    const result = await client.move(keys, 'DEST', undefined, PATIENT_ROOT_MOVE);
    await client.release();
    expect([result.status, counts(result.final), receiver.stores.length]).toEqual([0, [-1, 6, 0, 0], 6]);
  });

  it('has nothing to do when nothing is found', async () => {
    const result = await move({}, 'DEST', identifier({ '00080052': 'STUDY', '0020000D': '1.2.3' }));
    expect([result.status, counts(result.final), receiver.associations()]).toEqual([0, [-1, 0, 0, 0], 0]);
  });

  it.each([
    ['NOBODY', 0xa801],
    ['VIEWER', 0xa801],
    ['', 0xa801],
  ])('knows no way to %j', async (destination, status) => {
    const result = await move({}, destination);
    expect([result.status, result.pending, receiver.associations()]).toEqual([status, [], 0]);
  });

  it('is refused to a device that nobody has approved', async () => {
    const stranger = await asking('STRANGER');
    expect([...stranger.accepted.results.values()]).toEqual([1, 1]);
    await stranger.release();
  });

  it('counts warnings, and names what failed', async () => {
    const result = await move({ answer: ({ number }) => [0, 0xb000, 0xa700, 0xc000, 0, 0][number - 1] as number });
    expect([result.status, counts(result.final)]).toEqual([0xb000, [-1, 3, 2, 1]]);
    expect(failedUids(result)).toEqual(uids(study.slice(2, 4)));
    expect(result.pending.every(({ dataSet }) => dataSet === null)).toBe(true);
  });

  it.each<[string, ReceiverBehaviour, string]>([
    ['refuses every image', { answer: () => 0xa700 }, 'DEST'],
    ['takes no context', { takes: () => false }, 'DEST'],
    ['rejects', { associate: () => pdu(3, Buffer.from([0, 1, 1, 7])) }, 'DEST'],
    ['speaks HTTP', { associate: () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') }, 'DEST'],
    ['cuts the line', { slice: (socket) => socket.destroy() }, 'DEST'],
    ['aborts', { slice: (socket) => socket.write(pdu(7, Buffer.alloc(4))) }, 'DEST'],
    [
      'answers with nonsense',
      { answer: ({ socket }) => nothing(socket.write('nonsense, nonsense, nonsense')) },
      'DEST',
    ],
    [
      'answers on a context that was never accepted',
      { answer: (store) => nothing(store.socket.write(storeResponse({ ...store, contextId: 201 }, 0))) },
      'DEST',
    ],
    ['is not there', {}, 'OFF'],
  ])('says that all failed when the receiver %s', async (_, behaviour, destination) => {
    const result = await move(behaviour, destination);
    expect([result.status, counts(result.final)]).toEqual([0xa702, [-1, 0, 6, 0]]);
    expect(failedUids(result)).toEqual(uids(study));
  });

  it('counts what a receiver answers late, and after an answer to a message that was never sent', async () => {
    const answer: ReceiverBehaviour['answer'] = (store) => {
      const other = { ...store, command: { ...store.command, '00000110': Buffer.from([0x77, 0x77]) } };
      store.socket.write(storeResponse(other, 0xa700));
      setTimeout(() => store.socket.write(storeResponse(store, 0)), 50);
      return null;
    };
    const result = await move({ answer });
    expect([result.status, counts(result.final), receiver.associations()]).toEqual([0, [-1, 6, 0, 0], 1]);
  });

  it('counts exactly when the line is cut in the middle of an image', async () => {
    let cut = false;
    const slice: ReceiverBehaviour['slice'] = (socket, number) => {
      if (cut || number !== 3) return;
      cut = true;
      socket.destroy();
    };
    const result = await move({ slice });
    expect([result.status, counts(result.final)]).toEqual([0xb000, [-1, 5, 1, 0]]);
    expect(failedUids(result)).toEqual(uids(study.slice(2, 3)));
  });

  it('stops between two images when it is cancelled', async () => {
    receiver.behave({});
    const client = await asking();
    const result = await client.move(ofStudy(), 'DEST', ({ command }, cancel) => {
      if (command['00001021']?.readUInt16LE(0) === 2) cancel();
    });
    const [remaining, completed, failed, warning] = counts(result.final) as [number, number, number, number];
    expect([result.status, remaining + completed, failed, warning]).toEqual([0xfe00, 6, 0, 0]);
    expect([completed >= 2, completed]).toEqual([true, receiver.stores.length]);
    expect(await client.move(ofStudy(), 'DEST').then(({ status }) => status)).toBe(0);
    await client.release();
  });

  it('sends no more when the one who asked has gone', async () => {
    receiver.behave({ answer: () => null });
    const client = await asking();
    const gone = client.move(ofStudy(), 'DEST').catch(() => undefined);
    await expect.poll(() => receiver.stores.length).toBe(1);
    client.abort();
    await gone;
    await expect.poll(receiver.open).toBe(0);
    expect([receiver.stores.length, receiver.associations()]).toEqual([1, 1]);
  });

  it('is on record, with where the images went', async () => {
    await move({});
    await appliance.audit.flush();
    const log = await readAccessLog(appliance.archive.database, { limit: 200 });
    const rows = log.rows.filter(({ action }) => action === 'send');
    expect(rows[0]).toMatchObject({ outcome: 'ok', patientId: 'MOVE-1' });
    expect(rows[0]?.detail).toContain('DEST');
  });
});
