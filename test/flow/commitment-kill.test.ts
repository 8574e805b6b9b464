/** A storage commitment that was answered with success is reported, whatever happens to the process in between. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { newUid } from '../../src/dicom/uid.ts';
import { openArchive } from '../support/archive.ts';
import { COMMITMENT, commit, startReportReceiver } from '../support/commitment.ts';
import { EXPLICIT, IMPLICIT } from '../support/dimse-bytes.ts';
import { DimseClient, status } from '../support/dimse-client.ts';
import { freshFolder } from '../support/folders.ts';
import { startProcess, writeConfig } from '../support/process.ts';
import { makeInstance } from '../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const ROUNDS = 3;
const SENDERS = 3;
const WAIT = { timeout: 50_000, interval: 50 };

/** Stores and asks until the line is cut; the transactions that were accepted go into `accepted`. */
async function askUntilCut(port: number, accepted: Set<string>): Promise<void> {
  try {
    const contexts = [
      [SC, [EXPLICIT]],
      [COMMITMENT, [IMPLICIT]],
    ] as const;
    const client = await DimseClient.associate({ port, contexts, callingAe: 'MODALITY' });
    for (;;) {
      const instance = makeInstance();
      if (status(await client.store(instance)) !== 0) continue;
      const transactionUid = newUid();
      if ((await commit(client, transactionUid, [instance])) === 0) accepted.add(transactionUid);
    }
  } catch {
    // The appliance was killed: that is the point.
  }
}

/** Transaction UIDs of a data folder that nobody has open, by state. */
async function statesIn(dataDir: string): Promise<Map<string, string>> {
  const archive = await openArchive(dataDir);
  const rows = await archive.database.read('listCommitments', { limit: 10_000 });
  await archive.close();
  return new Map(rows.map(({ transactionUid, state }) => [transactionUid, state]));
}

it('delivers every report that it owes though it is killed again and again, and none after a confirmed answer', async () => {
  const receiver = await startReportReceiver();
  const dataDir = freshFolder();
  const device = { name: 'm', aeTitle: 'MODALITY', host: '127.0.0.1', port: receiver.port, may: ['store'] };
  writeConfig(dataDir, { devices: [device] });
  const accepted = new Set<string>();
  const reported = () => new Set(receiver.reports.map(({ transactionUid }) => transactionUid));
  for (let round = 0; round < ROUNDS; round++) {
    const appliance = await startProcess(dataDir);
    const before = accepted.size;
    const senders = Array.from({ length: SENDERS }, () => askUntilCut(appliance.dicomPort, accepted));
    while (accepted.size < before + 10) await delay(10);
    await appliance.end('SIGKILL');
    await Promise.all(senders);
  }
  const last = await startProcess(dataDir);
  await vi.waitFor(() => expect([...accepted].filter((uid) => !reported().has(uid))).toEqual([]), WAIT);
  expect(receiver.reports.every(({ eventTypeId }) => eventTypeId === 1)).toBe(true);
  await last.end('SIGKILL');

  const states = await statesIn(dataDir);
  const confirmed = [...states].filter(([, state]) => state === 'confirmed').map(([uid]) => uid);
  expect(confirmed.length).toBeGreaterThan(0);
  const timesReported = () =>
    confirmed.map((uid) => receiver.reports.filter(({ transactionUid }) => transactionUid === uid).length);
  const times = timesReported();
  const again = await startProcess(dataDir);
  const contexts = [[COMMITMENT, [IMPLICIT]]] as const;
  const client = await DimseClient.associate({ port: again.dicomPort, contexts, callingAe: 'MODALITY' });
  // A device's reports go out in order: when this one has come, nothing older is left.
  expect(await commit(client, '1.2.3', [{ sopClassUid: SC, sopInstanceUid: '1.2.3' }])).toBe(0);
  await client.release();
  await vi.waitFor(() => expect(reported().has('1.2.3')).toBe(true), WAIT);
  await again.end('SIGTERM');
  expect(timesReported()).toEqual(times);
  await receiver.close();
});
