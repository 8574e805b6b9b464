/** Storage commitment as SCU: a device that was sent images is asked, and its report is taken wherever it comes. */
import { afterEach, expect, it, vi } from 'vitest';
import { createOutbound } from '../../../src/doors/dimse/outbound.ts';
import { createLog } from '../../../src/log.ts';
import { store } from '../../support/archive.ts';
import {
  actionResponse,
  askedFor,
  COMMITMENT,
  eventReport,
  type PeerMessage,
  startCommitmentPeer,
} from '../../support/commitment.ts';
import { type CommitmentDoor, type CommitmentDoorOptions, startCommitmentDoor } from '../../support/commitment-door.ts';
import { EXPLICIT, IMPLICIT, identifier, message, STUDY_ROOT_MOVE } from '../../support/dimse-bytes.ts';
import { DimseClient, us } from '../../support/dimse-client.ts';
import { startReceiver } from '../../support/receiver.ts';
import { makeInstance, makeStudy } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const WAIT = { timeout: 20_000, interval: 10 };
const PACS = { aeTitle: 'PACS', address: '127.0.0.1' };
const REFERENCES = ['1.2.1', '1.2.2', '1.2.3'].map((sopInstanceUid) => ({ sopClassUid: SC, sopInstanceUid }));

let closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.reverse()) await close();
  closers = [];
});

async function pacs(take: (message: PeerMessage) => void) {
  const peer = await startCommitmentPeer(take);
  closers.push(() => peer.close());
  return peer;
}

async function open(pacsPort: number, options: CommitmentDoorOptions = {}): Promise<CommitmentDoor> {
  const door = await startCommitmentDoor(null, options);
  closers.push(() => door.close());
  door.devices = [
    { name: '판독 PACS', aeTitle: 'PACS', host: '127.0.0.1', port: pacsPort, may: ['store'], askCommitment: true },
  ];
  return door;
}

const isAction = ({ command }: PeerMessage) => command['00000100']?.readUInt16LE(0) === 0x130;

async function reported(door: CommitmentDoor, id = 1) {
  return vi.waitFor(async () => {
    const found = await door.commitments.get(id);
    expect(found?.state).toBe('reported');
    return found as NonNullable<typeof found>;
  }, WAIT);
}

/** The PACS reports on an association of its own. @returns status of our response */
async function reportFrom(door: CommitmentDoor, report: ReturnType<typeof eventReport>, callingAe = 'PACS') {
  const { port } = door;
  const contexts = [[COMMITMENT, [IMPLICIT]]] as const;
  const client = await DimseClient.associate({ port, callingAe, contexts, roles: [[COMMITMENT, 0, 1]] });
  expect(client.accepted.roles).toEqual([[COMMITMENT, 0, 1]]);
  client.connection.send(message(1, report.command, report.dataSet));
  const answer = await client.message();
  await client.release();
  return us(answer, '00000900');
}

it('the report on the same association gives the result of each instance', async () => {
  const responses: number[] = [];
  const peer = await pacs((asked) => {
    if (!isAction(asked)) {
      responses.push(asked.command['00000900']?.readUInt16LE(0) ?? -1);
      return;
    }
    const { transactionUid, references } = askedFor(asked.dataSet);
    const [first, second] = references as [(typeof references)[0], (typeof references)[0]];
    asked.socket.write(message(asked.contextId, actionResponse(asked.command, 0), null));
    const report = eventReport(transactionUid, [first], [[second, 0x110]]);
    asked.socket.write(message(asked.contextId, report.command, report.dataSet));
  });
  const door = await open(peer.port, { stayMs: 10_000 });
  await door.commitmentRequests.sent(PACS, REFERENCES);
  const found = await reported(door);
  expect(found).toMatchObject({ side: 'scu', aeTitle: 'PACS', total: 3, failed: 2, lastError: '' });
  // The third is named nowhere: nobody vouches for it.
  expect(found.instances.map(({ failureReason }) => failureReason)).toEqual([0, 0x110, 0x110]);
  await vi.waitFor(() => expect(responses).toEqual([0]), WAIT);
});

it('the report on a new association counts, twice the same, and only from the device that was asked', async () => {
  const transactions: string[] = [];
  const peer = await pacs((asked) => {
    transactions.push(askedFor(asked.dataSet).transactionUid);
    asked.socket.write(message(asked.contextId, actionResponse(asked.command, 0), null));
  });
  const door = await open(peer.port);
  await door.commitmentRequests.sent(PACS, REFERENCES);
  await vi.waitFor(async () => expect((await door.commitments.get(1))?.state).toBe('awaiting'), WAIT);
  const [transactionUid = ''] = transactions;
  const report = eventReport(transactionUid, REFERENCES);
  door.devices = [
    ...door.devices,
    { name: '다른 장비', aeTitle: 'OTHER', host: '127.0.0.1', port: null, may: ['store'] },
  ];
  expect(await reportFrom(door, report, 'OTHER')).toBe(0x115);
  expect(await reportFrom(door, eventReport('1.2.3.4', REFERENCES))).toBe(0x115);
  expect(await reportFrom(door, eventReport(transactionUid, REFERENCES, [], 3))).toBe(0x113);
  expect(await reportFrom(door, report)).toBe(0);
  expect(
    await reportFrom(
      door,
      eventReport(
        transactionUid,
        [],
        REFERENCES.map((one) => [one, 0x112]),
      ),
    ),
  ).toBe(0);
  expect(await reported(door)).toMatchObject({ failed: 0 });
  expect(door.accesses.map(({ detail }) => detail)).toContain('N-EVENT-REPORT: 3 instances, 0 not committed');
});

it('a device that refuses is asked again until it takes the question, across restarts', async () => {
  let asked = 0;
  const peer = await pacs((one) => {
    asked++;
    if (asked === 1) one.socket.destroy();
    else one.socket.write(message(one.contextId, actionResponse(one.command, asked < 4 ? 0x110 : 0), null));
  });
  const door = await open(1, { pauses: [3_600_000] });
  await door.commitmentRequests.sent(PACS, REFERENCES);
  await vi.waitFor(async () => expect((await door.commitments.get(1))?.attempts).toBe(1), WAIT);
  door.devices = door.devices.map((device) => ({ ...device, port: peer.port }));
  closers.pop();
  const again = await door.restart({ pauses: [40] });
  closers.push(() => again.close());
  await vi.waitFor(async () => expect((await again.commitments.get(1))?.state).toBe('awaiting'), WAIT);
  expect(await again.commitments.get(1)).toMatchObject({ attempts: 4, lastError: '' });
});

it('a report that never comes is given up after its time', async () => {
  const peer = await pacs((one) => one.socket.write(message(one.contextId, actionResponse(one.command, 0), null)));
  const door = await open(peer.port, { patience: 300, stayMs: 10 });
  await door.commitmentRequests.sent(PACS, REFERENCES);
  await vi.waitFor(async () => expect((await door.commitments.get(1))?.state).toBe('given-up'), WAIT);
  expect(await door.commitments.get(1)).toMatchObject({ lastError: 'no report came', failed: null });
});

it('a device that is set so is asked about what it has taken by C-MOVE, and no other', async () => {
  const failing = makeInstance();
  const peer = await startReceiver({ answer: ({ number }) => (number === 3 ? 0xa700 : 0) });
  closers.push(() => peer.close());
  const door = await open(peer.port);
  const study = makeStudy(1, 3);
  for (const instance of [...study, failing]) await store(door.archive, instance);
  const [device] = door.devices as [CommitmentDoor['devices'][number]];
  const { askCommitment: _, ...unasked } = device;
  const viewer = { ...unasked, aeTitle: 'VIEWER', port: null, may: ['query' as const, 'retrieve' as const] };
  const move = async (studyInstanceUid: string) => {
    const { port } = door;
    const client = await DimseClient.associate({
      port,
      callingAe: 'VIEWER',
      contexts: [[STUDY_ROOT_MOVE, [IMPLICIT]]],
    });
    const keys = identifier({ '00080052': 'STUDY', '0020000D': studyInstanceUid });
    const { status } = await client.move(keys, 'PACS');
    await client.release();
    return status;
  };
  door.devices = [viewer, unasked];
  expect(await move(failing.studyInstanceUid)).toBe(0);
  door.devices = [viewer, device];
  expect(await move((study[0] as (typeof study)[0]).studyInstanceUid)).toBe(0xb000);
  const question = await vi.waitFor(() => {
    const last = peer.stores.at(-1);
    expect(last?.command['00000100']?.readUInt16LE(0)).toBe(0x130);
    return last?.dataSet as Buffer;
  }, WAIT);
  const [first, , third] = study.map(({ sopInstanceUid }) => sopInstanceUid);
  const { references } = askedFor(question, EXPLICIT);
  expect(references.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([first, third]);
  expect(await door.commitments.list({ side: 'scu', limit: 10 })).toHaveLength(1);
});

it('a device that is set so is asked about what staff has sent it', async () => {
  const peer = await startReceiver();
  closers.push(() => peer.close());
  const door = await open(peer.port);
  const instance = makeInstance();
  await store(door.archive, instance);
  const outbound = createOutbound({
    callingAe: 'CLINICPACS',
    certificates: { authority: '', shown: { cert: [], key: [] } },
    log: createLog({ level: 'silent' }),
    archive: door.archive,
    onAccess: () => undefined,
    commitmentRequests: door.commitmentRequests,
  });
  const { studyInstanceUid, sopInstanceUid } = instance;
  const selection = await door.archive.retrieve.select([{ studyInstanceUid }]);
  const [device] = door.devices as [CommitmentDoor['devices'][number]];
  const signal = new AbortController().signal;
  await outbound.send(device, selection, { delivered: () => undefined, signal });
  await vi.waitFor(async () => expect((await door.commitments.get(1))?.state).toBe('awaiting'), WAIT);
  const found = await door.commitments.get(1);
  expect(found?.instances.map((one) => one.sopInstanceUid)).toEqual([sopInstanceUid]);
});
