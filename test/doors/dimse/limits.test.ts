/** How long and how many: time limits, places for approved devices, and the end of the listener. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import {
  associateRq,
  command,
  EXPLICIT,
  IMPLICIT,
  message,
  pdu,
  pdv,
  STUDY_ROOT_FIND,
  STUDY_ROOT_GET,
  VERIFICATION,
} from '../../support/dimse-bytes.ts';
import { DimseClient, type NotAccepted, status } from '../../support/dimse-client.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { makeInstance } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const running: TestAppliance[] = [];

async function start(dicom: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Promise<TestAppliance> {
  const appliance = await startTestAppliance({ config: { dicom, ...more } });
  running.push(appliance);
  return appliance;
}

afterAll(async () => {
  for (const appliance of running) await appliance.dispose();
});

const contexts = [
  [VERIFICATION, [IMPLICIT]],
  [SC, [EXPLICIT]],
] as const;
const associate = ({ dicomPort }: TestAppliance, callingAe = 'MODALITY') =>
  DimseClient.associate({ port: dicomPort, callingAe, contexts });

// Most of their time is waiting: side by side.
describe.concurrent('time limits', () => {
  it('a connection that sends no request, or drips it, is closed', async () => {
    const { dicomPort } = await start({ artimSeconds: 1 });
    const silent = await RawConnection.open(dicomPort);
    const dripping = await RawConnection.open(dicomPort);
    const drip = setInterval(() => dripping.socket.write(Buffer.from([1])), 100);
    drip.unref();
    // The first byte of a PDU header, again and again: six of them make an unknown length, so only five are sent.
    setTimeout(() => clearInterval(drip), 550);
    await Promise.all([silent.closed(), dripping.closed()]);
    clearInterval(drip);
  });

  it('an idle association is aborted by the provider, one that asks now and then is not', async () => {
    const appliance = await start({ idleSeconds: 5 });
    const idle = await associate(appliance);
    const busy = await associate(appliance);
    const echoes = setInterval(() => void busy.echo(), 1000);
    const answer = await idle.connection.pdu();
    clearInterval(echoes);
    expect([answer?.type, answer?.body[2]]).toEqual([7, 2]);
    await expect(busy.echo()).resolves.toBe(0);
  });

  it('a peer that never reads its answers is cut off', async () => {
    const appliance = await start({ idleSeconds: 5 });
    const { connection } = await associate(appliance);
    connection.socket.pause();
    const echo = message(1, command({ 2: VERIFICATION, 256: 0x30, 272: 1, 2048: 0x101 }), null);
    const piece = Buffer.concat(Array.from({ length: 4000 }, () => echo));
    for (let n = 0; n < 100; n++) connection.socket.write(piece);
    await expect.poll(() => appliance.dimse.stats().connections, { timeout: 30_000 }).toBe(0);
    connection.destroy();
  }, 60_000);
});

/** Keeps the index from being written, from another process: locks of one process do not stop itself. */
async function lockIndex(dataDir: string): Promise<() => Promise<void>> {
  const script = `const { DatabaseSync } = require('node:sqlite');
    new DatabaseSync(process.argv[1]).exec('BEGIN IMMEDIATE');
    process.stdout.write('locked');
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['-e', script, join(dataDir, 'index.sqlite')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  return async () => {
    child.kill();
    await ended;
  };
}

describe('a disk that hangs', () => {
  it('ends the association whose image it does not store in time, and the image is there afterwards', async () => {
    const appliance = await start({ answerSeconds: 1 });
    const client = await associate(appliance);
    const instance = makeInstance();
    const unlock = await lockIndex(appliance.dataDir);
    try {
      await expect(client.store(instance)).rejects.toThrow('PDU 7 [0 0 2 0]');
    } finally {
      await unlock();
    }
    const stored = () => appliance.archive.retrieve.instances({ sopInstanceUid: instance.sopInstanceUid });
    await expect.poll(async () => (await stored()).length, { timeout: 30_000 }).toBe(1);
  });
});

describe('too many connections', () => {
  it('one address gets no more than its share, and every address can have one', async () => {
    const appliance = await start({ maxAssociations: 20, reservedForDevices: 4, maxPerAddress: 3 });
    const crowd = [];
    for (let i = 0; i < 3; i++) crowd.push(await associate(appliance, 'STRANGER'));
    await expect(associate(appliance, 'STRANGER')).rejects.toThrow();
    expect(await Promise.all(crowd.map((one) => one.echo()))).toEqual([0, 0, 0]);
    for (const one of crowd) one.connection.destroy();
  });

  it('approved devices are served while unknown ones fill every place', async () => {
    const appliance = await start({ maxAssociations: 8 });
    const crowd: DimseClient[] = [];
    for (let i = 0; i < 20; i++) {
      const one = await associate(appliance, 'STRANGER').catch((error: unknown) => error);
      if (one instanceof DimseClient) crowd.push(one);
    }
    expect(crowd.length).toBeGreaterThan(0);
    expect(appliance.dimse.stats().associations).toBeLessThanOrEqual(8);
    const modality = await associate(appliance);
    expect(await modality.echo()).toBe(0);
    await modality.release();
    for (const one of crowd) one.connection.destroy();
  });

  it('an approved device gets the place of an unknown one', async () => {
    const appliance = await start({ maxAssociations: 2 });
    const strangers = [await associate(appliance, 'STRANGER')];
    const first = await associate(appliance);
    const second = await associate(appliance);
    expect((await strangers[0]?.connection.pdu())?.type).toBe(7);
    const third = await associate(appliance).catch((error: unknown) => error);
    expect((third as NotAccepted).pdu).toMatchObject({ type: 3, body: Buffer.from([0, 2, 3, 2]) });
    expect([await first.echo(), await second.echo()]).toEqual([0, 0]);
    for (const client of [first, second]) client.connection.destroy();
  });
});

describe('policy', () => {
  it('an unknown device stores and sees nothing, and what it tried is on record', async () => {
    const appliance = await start();
    const client = await DimseClient.associate({
      port: appliance.dicomPort,
      callingAe: 'STRANGER',
      contexts: [...contexts, [STUDY_ROOT_FIND, [IMPLICIT]], [STUDY_ROOT_GET, [IMPLICIT]]],
      roles: [[SC, 1, 1]],
    });
    expect([...client.accepted.results.values()]).toEqual([0, 0, 1, 1]);
    expect(client.accepted.roles).toEqual([[SC, 1, 0]]);
    const instance = makeInstance();
    expect(status(await client.store(instance))).toBe(0);
    const [stored] = await appliance.archive.retrieve.instances({ sopInstanceUid: instance.sopInstanceUid });
    expect(stored?.callingAe).toBe('STRANGER');
    await client.release();
  });

  it('strict settings reject unknown callers and other called titles', async () => {
    const appliance = await start({ unknownDevices: 'reject', strictCalledAe: true });
    const rejection = async (callingAe: string, calledAe: string) => {
      const connection = await RawConnection.open(appliance.dicomPort);
      connection.send(associateRq({ callingAe, calledAe }));
      const answer = await connection.pdu();
      connection.destroy();
      return answer?.type === 3 ? [...answer.body] : answer?.type;
    };
    expect(await rejection('STRANGER', 'CLINICPACS')).toEqual([0, 1, 1, 3]);
    expect(await rejection('MODALITY', 'OTHER')).toEqual([0, 1, 1, 7]);
    expect(await rejection('MODALITY', 'CLINICPACS')).toBe(2);
  });
});

describe.concurrent('closing', () => {
  it('lets the image under way be stored and answered, and ends idle associations', async () => {
    const appliance = await start();
    const idle = await associate(appliance);
    const storing = await associate(appliance);
    const instance = makeInstance({ pixelBytes: 400_000 });
    const half = instance.dataSet.length - 100_000;
    const { connection } = storing;
    connection.send(
      pdu(4, pdv(3, 3, storing.storeCommand(instance))),
      pdu(4, pdv(3, 0, instance.dataSet.subarray(0, half).subarray(0, 100_000))),
    );
    const rest = instance.dataSet.subarray(100_000);
    await expect.poll(() => appliance.dimse.stats().associations).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = appliance.dimse.close();
    expect((await idle.connection.pdu())?.type).toBe(7);
    for (let at = 0; at < rest.length; at += 100_000) {
      connection.send(pdu(4, pdv(3, at + 100_000 >= rest.length ? 2 : 0, rest.subarray(at, at + 100_000))));
    }
    expect(status(await storing.message())).toBe(0);
    expect((await connection.pdu())?.type).toBe(7);
    await closed;
    await expect(RawConnection.open(appliance.dicomPort)).rejects.toThrow();
  });

  it('does not wait for ever for an image that does not come', async () => {
    const appliance = await start();
    const client = await associate(appliance);
    const instance = makeInstance();
    client.connection.send(
      pdu(4, pdv(3, 3, client.storeCommand(instance))),
      pdu(4, pdv(3, 0, instance.dataSet.subarray(0, 50))),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    await appliance.dimse.close();
    await client.connection.closed();
  });
});
