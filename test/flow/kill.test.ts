import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Archive } from '../../src/archive/archive.ts';
import { createLog } from '../../src/log.ts';
import { dataSetOf } from '../support/archive.ts';
import { DimseClient, status } from '../support/dimse-client.ts';
import { freshFolder } from '../support/folders.ts';
import { startProcess, writeConfig } from '../support/process.ts';
import { makeInstance } from '../support/synthetic.ts';

const EXPLICIT_LE = '1.2.840.10008.1.2.1';
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const ROUNDS = 4;
const SENDERS = 8;

/** Sends until the line is cut; what was answered with Success goes into `acknowledged` (SOP Instance UID → SHA-256). */
async function sendUntilCut(port: number, acknowledged: Map<string, string>): Promise<void> {
  try {
    const contexts = [[SECONDARY_CAPTURE, [EXPLICIT_LE]]] as const;
    const client = await DimseClient.associate({ port, contexts, callingAe: 'MODALITY', calledAe: 'CLINICPACS' });
    for (;;) {
      const instance = makeInstance({
        sopClassUid: SECONDARY_CAPTURE,
        pixelBytes: 20_000 + Math.floor(Math.random() * 400_000),
      });
      if (status(await client.store(instance)) === 0) acknowledged.set(instance.sopInstanceUid, instance.sha256);
    }
  } catch {
    // The appliance was killed: that is the point.
  }
}

it('loses nothing that it acknowledged when it is killed in the middle of eight senders, again and again', async () => {
  const dataDir = freshFolder();
  writeConfig(dataDir, {
    devices: [{ name: 'm', aeTitle: 'MODALITY', host: '127.0.0.1', port: null, may: ['store'] }],
  });
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round++) {
    const appliance = await startProcess(dataDir);
    const before = acknowledged.size;
    const senders = Array.from({ length: SENDERS }, () => sendUntilCut(appliance.dicomPort, acknowledged));
    while (acknowledged.size < before + 20) await delay(10);
    await delay(Math.random() * 200);
    await appliance.end('SIGKILL');
    await Promise.all(senders);
  }
  const archive = await Archive.open(
    { dataDir, refuseBelowGb: null, warnBelowGb: 1, unapprovedQuotaGb: 5 },
    createLog({ level: 'silent' }),
  );
  for (const [sopInstanceUid, sha256] of acknowledged) {
    const [instance] = await archive.retrieve.instances({ sopInstanceUid });
    expect(instance?.sha256).toBe(sha256);
    const bytes = await dataSetOf(archive, instance?.fileId ?? '');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  }
  await archive.close();
  expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS * 20);
  expect(readdirSync(join(dataDir, 'incoming'))).toEqual([]);
});
