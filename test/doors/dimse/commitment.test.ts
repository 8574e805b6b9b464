/** Storage commitment as SCP: what is checked, and how the report finds its way. */
import { truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newUid } from '../../../src/dicom/uid.ts';
import { store } from '../../support/archive.ts';
import {
  actionInformation,
  COMMITMENT,
  commit,
  type Reference,
  type ReportReceiver,
  requestCommitment,
  startReportReceiver,
  takeReport,
} from '../../support/commitment.ts';
import { type CommitmentDoor, type CommitmentDoorOptions, startCommitmentDoor } from '../../support/commitment-door.ts';
import { EXPLICIT, IMPLICIT, message as messageOf, VERIFICATION } from '../../support/dimse-bytes.ts';
import { DimseClient, us } from '../../support/dimse-client.ts';
import { type Instance, makeInstance } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const WAIT = { timeout: 20_000, interval: 10 };

let doors: CommitmentDoor[] = [];
let receivers: ReportReceiver[] = [];

afterEach(async () => {
  for (const receiver of receivers) await receiver.close();
  for (const door of doors) await door.close();
  [doors, receivers] = [[], []];
});

async function open(modalityPort: number | null = null, options: CommitmentDoorOptions = {}): Promise<CommitmentDoor> {
  const door = await startCommitmentDoor(modalityPort, options);
  doors.push(door);
  return door;
}

async function receiver(...how: Parameters<typeof startReportReceiver>): Promise<ReportReceiver> {
  const one = await startReportReceiver(...how);
  receivers.push(one);
  return one;
}

const associate = ({ port }: { port: number }, callingAe = 'MODALITY') =>
  DimseClient.associate({
    port,
    callingAe,
    contexts: [
      [COMMITMENT, [IMPLICIT]],
      [VERIFICATION, [IMPLICIT]],
      [SC, [EXPLICIT]],
    ],
  });

async function stored(door: CommitmentDoor, count: number): Promise<Instance[]> {
  const instances = Array.from({ length: count }, () => makeInstance());
  for (const instance of instances) await store(door.archive, instance);
  return instances;
}

const referenceOf = ({ sopClassUid, sopInstanceUid }: Instance): Reference => ({ sopClassUid, sopInstanceUid });
const uidOf = ({ sopInstanceUid }: Instance) => sopInstanceUid;

async function askAndLeave(door: CommitmentDoor, uid: string, references: Reference[]): Promise<void> {
  const client = await associate(door);
  expect(await commit(client, uid, references)).toBe(0);
  await client.release();
}

describe('the report', () => {
  it('comes on the same association when the device stays', async () => {
    const door = await open();
    const instances = await stored(door, 3);
    const client = await associate(door);
    const transactionUid = newUid();
    expect(await commit(client, transactionUid, instances.map(referenceOf))).toBe(0);
    const report = await takeReport(client);
    expect(report).toMatchObject({ eventTypeId: 1, transactionUid, committed: instances.map(uidOf), failed: [] });
    await vi.waitFor(async () => expect((await door.commitments.get(1))?.state).toBe('confirmed'), WAIT);
    expect(await client.echo()).toBe(0);
    await client.release();
    expect(door.accesses).toEqual([
      {
        action: 'commitment',
        who: 'MODALITY@127.0.0.1',
        from: '127.0.0.1',
        detail: 'N-ACTION: 3 instances',
        outcome: 'ok',
      },
    ]);
  });

  it('comes on a new association, in reversed roles, when the device has left', async () => {
    const modality = await receiver();
    const door = await open(modality.port);
    const instances = await stored(door, 2);
    await askAndLeave(door, '1.2.3', instances.map(referenceOf));
    await vi.waitFor(() => expect(modality.reports).toHaveLength(1), WAIT);
    expect(modality.reports[0]).toMatchObject({
      eventTypeId: 1,
      transactionUid: '1.2.3',
      committed: instances.map(uidOf),
      calledAe: 'MODALITY',
      callingAe: 'CLINICPACS',
    });
    expect(modality.roles).toEqual([[COMMITMENT, 0, 1]]);
  });

  it('waits until the device has finished what it does on the association', async () => {
    const door = await open(null, { silenceMs: 0 });
    const [instance] = await stored(door, 1);
    const client = await associate(door);
    expect(await commit(client, '1.2.3', [referenceOf(instance as Instance)])).toBe(0);
    const late = makeInstance();
    // Its answer may come before or after the report, but neither inside the other.
    client.connection.send(storeOf(client, late));
    const messages = [await client.message(), await client.message()];
    const fields = messages.map((one) => us(one, '00000100')).sort((a, b) => a - b);
    expect(fields).toEqual([0x100, 0x8001]);
    client.abort();
  });

  it('names each instance that is not safe, with the reason', async () => {
    const door = await open();
    const [good, cut, altered, gone, conflict] = await stored(door, 5);
    const pathOf = async (one: Instance | undefined) => {
      const [found] = await door.archive.retrieve.instances({ sopInstanceUid: (one as Instance).sopInstanceUid });
      return found as { path: string; dataSetOffset: number; dataSetLength: number };
    };
    const shorter = await pathOf(cut);
    truncateSync(shorter.path, shorter.dataSetOffset + shorter.dataSetLength - 1);
    const { path, dataSetOffset, dataSetLength } = await pathOf(altered);
    writeFileSync(path, Buffer.alloc(dataSetOffset + dataSetLength, 'x'));
    unlinkSync((await pathOf(gone)).path);
    const unknown = { sopClassUid: SC, sopInstanceUid: newUid() };
    const odd = { sopClassUid: 'not a uid'.replaceAll(' ', '_'), sopInstanceUid: "1.2';DROP|TABLE" };
    const references = [good, cut, altered, gone].map((one) => referenceOf(one as Instance));
    const wrongClass = { ...referenceOf(conflict as Instance), sopClassUid: CT };
    const client = await associate(door);
    expect(await commit(client, '1.2.3', [...references, wrongClass, unknown, odd])).toBe(0);
    const report = await takeReport(client);
    expect(report.eventTypeId).toBe(2);
    expect(report.committed).toEqual([uidOf(good as Instance)]);
    expect(report.failed).toEqual([
      [uidOf(cut as Instance), 0x110],
      [uidOf(altered as Instance), 0x110],
      [uidOf(gone as Instance), 0x110],
      [uidOf(conflict as Instance), 0x119],
      [unknown.sopInstanceUid, 0x112],
      [odd.sopInstanceUid, 0x112],
    ]);
    client.abort();
  });

  it('is tried again until the device answers with success, and never after that', async () => {
    const answers = [null, 0x110, null, 0];
    const modality = await receiver((_report, number) =>
      number > answers.length ? 0 : (answers[number - 1] as number | null),
    );
    const door = await open(modality.port);
    const [instance] = await stored(door, 1);
    await askAndLeave(door, '1.2.3', [referenceOf(instance as Instance)]);
    await vi.waitFor(async () => expect((await door.commitments.get(1))?.state).toBe('confirmed'), WAIT);
    expect(modality.reports).toHaveLength(4);
    expect(await door.commitments.get(1)).toMatchObject({ attempts: 3, lastError: '', failed: 0 });
    const again = await door.restart();
    doors = [again];
    await askAndLeave(again, '1.2.4', [referenceOf(instance as Instance)]);
    await vi.waitFor(() => expect(modality.reports).toHaveLength(5), WAIT);
    expect(modality.reports[4]?.transactionUid).toBe('1.2.4');
  });

  it('is given up after its time, with what went wrong on record', async () => {
    const modality = await receiver(() => 0x110);
    const door = await open(modality.port, { patience: 200 });
    const [instance] = await stored(door, 1);
    await askAndLeave(door, '1.2.3', [referenceOf(instance as Instance)]);
    await vi.waitFor(async () => expect((await door.commitments.get(1))?.state).toBe('given-up'), WAIT);
    expect(await door.commitments.get(1)).toMatchObject({ lastError: 'status 0110H', failed: 0 });
  });

  it('of a device without a port waits for the device to ask again', async () => {
    const door = await open(null, { pauses: [3_600_000] });
    const [instance] = await stored(door, 1);
    await askAndLeave(door, '1.2.3', [referenceOf(instance as Instance)]);
    await vi.waitFor(
      async () => expect((await door.commitments.get(1))?.lastError).toBe('the device has no port to report to'),
      WAIT,
    );
    const client = await associate(door);
    expect(await commit(client, '1.2.4', [referenceOf(instance as Instance)])).toBe(0);
    const reports = [await takeReport(client), await takeReport(client)];
    expect(reports.map(({ transactionUid }) => transactionUid).sort()).toEqual(['1.2.3', '1.2.4']);
    client.abort();
  });

  it('goes to a new association when the device does not answer on the one it asked on', async () => {
    const modality = await receiver();
    const door = await open(modality.port, { answerMs: 50 });
    const [instance] = await stored(door, 1);
    const client = await associate(door);
    expect(await commit(client, '1.2.3', [referenceOf(instance as Instance)])).toBe(0);
    await takeReport(client, null);
    await vi.waitFor(() => expect(modality.reports).toHaveLength(1), WAIT);
    client.abort();
  });

  it('that was open when the appliance ended is delivered after the next start', async () => {
    const door = await open(1, { pauses: [3_600_000] });
    const instances = await stored(door, 2);
    await askAndLeave(door, '1.2.3', instances.map(referenceOf));
    await vi.waitFor(async () => expect((await door.commitments.get(1))?.attempts).toBe(1), WAIT);
    const modality = await receiver();
    door.devices = door.devices.map((device) => ({ ...device, port: modality.port }));
    doors = [await door.restart()];
    await vi.waitFor(() => expect(modality.reports).toHaveLength(1), WAIT);
    expect(modality.reports[0]?.committed).toEqual(instances.map(uidOf));
  });
});

describe('a request', () => {
  it('of a device that nobody has approved is refused with its presentation context, and on record', async () => {
    const door = await open();
    const client = await associate(door, 'STRANGER');
    expect(client.accepted.results.get(1)).not.toBe(0);
    expect(door.accesses).toMatchObject([{ action: 'commitment', outcome: 'refused' }]);
    client.abort();
  });

  it('that is sent again while it is open is one transaction', async () => {
    const door = await open(null, { pauses: [3_600_000] });
    const references = (await stored(door, 2)).map(referenceOf);
    await askAndLeave(door, '1.2.3', references);
    await askAndLeave(door, '1.2.3', [...references].reverse());
    expect(await door.commitments.list({ limit: 10 })).toHaveLength(1);
  });

  it('with a Transaction UID that is in use is answered by failure reason 0131H', async () => {
    const door = await open();
    const [first, second] = await stored(door, 2);
    const client = await associate(door);
    expect(await commit(client, '1.2.3', [referenceOf(first as Instance)])).toBe(0);
    await takeReport(client);
    expect(await commit(client, '1.2.3', [referenceOf(second as Instance)])).toBe(0);
    const report = await takeReport(client);
    expect(report).toMatchObject({ eventTypeId: 2, committed: [] });
    expect(report.failed).toEqual([[uidOf(second as Instance), 0x131]]);
    client.abort();
  });

  it('may be sent again after its report was given up', async () => {
    const answers: (number | null)[] = [];
    const modality = await receiver(() => answers.pop() ?? 0x110);
    const door = await open(modality.port, { patience: 100 });
    const [instance] = await stored(door, 1);
    await askAndLeave(door, '1.2.3', [referenceOf(instance as Instance)]);
    await vi.waitFor(async () => expect((await door.commitments.get(1))?.state).toBe('given-up'), WAIT);
    answers.push(0);
    await askAndLeave(door, '1.2.3', [referenceOf(instance as Instance)]);
    await vi.waitFor(async () => expect((await door.commitments.get(1))?.state).toBe('confirmed'), WAIT);
    expect(modality.reports.at(-1)).toMatchObject({ eventTypeId: 1, committed: [uidOf(instance as Instance)] });
  });

  it('names an instance twice and hears of it once', async () => {
    const door = await open();
    const [instance] = await stored(door, 1);
    const reference = referenceOf(instance as Instance);
    const client = await associate(door);
    expect(await commit(client, '1.2.3', [reference, reference, reference])).toBe(0);
    expect((await takeReport(client)).committed).toEqual([reference.sopInstanceUid]);
    client.abort();
  });

  it('beyond what a device may have open is refused: resource limitation', async () => {
    const door = await open(null, { mostOpen: 2, pauses: [3_600_000] });
    const references = (await stored(door, 1)).map(referenceOf);
    for (const uid of ['1.1', '1.2']) await askAndLeave(door, uid, references);
    const client = await associate(door, 'MODALITY');
    expect(await commit(client, '1.1', references)).toBe(0);
    const refusal = await requestCommitment(client, actionInformation('1.3', references));
    expect(us(refusal, '00000900')).toBe(0x213);
    const other = await associate(door, 'SILENT');
    expect(await commit(other, '1.3', references)).toBe(0);
    for (const one of [client, other]) one.abort();
    expect(door.accesses.filter(({ outcome }) => outcome === 'refused')).toHaveLength(1);
  });

  it('of thousands of instances is taken and reported whole; one that is longer still is refused', async () => {
    const door = await open();
    const [instance] = await stored(door, 1);
    const unknown = Array.from({ length: 9000 }, (_, n) => ({ sopClassUid: SC, sopInstanceUid: `1.2.3.${n}` }));
    const client = await associate(door);
    expect(await commit(client, '1.2.3', [...unknown, referenceOf(instance as Instance)])).toBe(0);
    const report = await takeReport(client);
    expect([report.failed.length, report.committed.length]).toEqual([9000, 1]);
    const many = Array.from({ length: 40_000 }, (_, n) => ({ sopClassUid: SC, sopInstanceUid: `1.2.3.${n}` }));
    expect(await commit(client, '1.2.4', many)).toBe(0x213);
    expect(await client.echo()).toBe(0);
    client.abort();
  });

  it('that makes no sense is refused, and the association lives on', async () => {
    const door = await open();
    const client = await associate(door);
    const reference = { sopClassUid: SC, sopInstanceUid: '1.2.3' };
    const statusOf = async (...asked: [Buffer | null, Record<number, number | string>?]) =>
      us(await requestCommitment(client, ...asked), '00000900');
    const right = actionInformation('1.2.3', [reference]);
    expect(await statusOf(null)).toBe(0x115);
    expect(await statusOf(Buffer.from('no data set at all'))).toBe(0x115);
    expect(await statusOf(actionInformation('', [reference]))).toBe(0x115);
    expect(await statusOf(actionInformation('1.2.3', []))).toBe(0x115);
    expect(await statusOf(actionInformation('1.2.3', [{ ...reference, sopInstanceUid: '' }]))).toBe(0x115);
    expect(await statusOf(actionInformation('1.2.3', [{ ...reference, sopInstanceUid: '9'.repeat(65) }]))).toBe(0x115);
    expect(await statusOf(right, { 4104: 2 })).toBe(0x123);
    expect(await statusOf(right, { 4097: '1.2.3' })).toBe(0x112);
    expect(await statusOf(right, { 256: 0x140 })).toBe(0x211);
    expect(await client.echo()).toBe(0);
    expect(await door.commitments.list({ limit: 10 })).toEqual([]);
    client.abort();
  });
});

function storeOf(client: DimseClient, { sopClassUid, sopInstanceUid, dataSet }: Instance): Buffer {
  return messageOf(client.contextId(SC), client.storeCommand({ sopClassUid, sopInstanceUid }), dataSet);
}
