/** What we send to devices that are set to TLS: never in the clear, and only to the device that it is meant for. */
import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issue } from '../../../src/certificates/issue.ts';
import { echo } from '../../../src/doors/dimse/echo-scu.ts';
import { createLog } from '../../../src/log.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { store } from '../../support/archive.ts';
import { dcmtkTool } from '../../support/dcmtk.ts';
import { IMPLICIT, identifier, STUDY_ROOT_MOVE } from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';
import { freshFolder } from '../../support/folders.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { type Instance, makeStudy } from '../../support/synthetic.ts';

const maker = issue({
  authority: null,
  clinic: 'Vendor',
  names: { hosts: ['localhost'], addresses: ['127.0.0.1'] },
  now: Date.now(),
});
const stranger = issue({ authority: null, clinic: 'X', names: { hosts: ['x'], addresses: [] }, now: Date.now() });

let appliance: TestAppliance;
let receiver: Receiver;
let study: Instance[];
let dcmtkPort: number;

beforeAll(async () => {
  receiver = await startReceiver({}, { cert: maker.server.certificate, key: maker.server.key });
  dcmtkPort = await freePort();
  const at = { host: '127.0.0.1', port: receiver.port, may: [], tls: 'only' };
  const certificate = maker.authority.certificate;
  const devices = [
    { name: '판독실', aeTitle: 'VIEWER', host: '127.0.0.1', port: null, may: ['store', 'query', 'retrieve'] },
    { ...at, name: '보안', aeTitle: 'SECURE', certificate },
    { ...at, name: '모름', aeTitle: 'IMPOSTOR', certificate: stranger.authority.certificate },
    { ...at, name: '등록 전', aeTitle: 'NOTYET' },
    { ...at, name: 'DCMTK', aeTitle: 'STORESCP', port: dcmtkPort, certificate },
  ];
  appliance = await startTestAppliance({ config: { devices } });
  study = makeStudy(1, 4, { pixelBytes: 600_000 });
  for (const instance of study) await store(appliance.archive, instance);
});

afterAll(async () => {
  await appliance.dispose();
  await receiver.close();
});

/** A port that nobody listens on at the moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function move(destination: string): Promise<{ status: number; failed: number }> {
  const client = await DimseClient.associate({
    port: appliance.dicomPort,
    callingAe: 'VIEWER',
    contexts: [[STUDY_ROOT_MOVE, [IMPLICIT]]],
  });
  const keys = identifier({ '00080052': 'STUDY', '0020000D': study[0]?.studyInstanceUid as string });
  const { status, final } = await client.move(keys, destination);
  await client.release();
  return { status, failed: final.command['00001022']?.readUInt16LE(0) ?? -1 };
}

describe('C-MOVE to a device that is set to TLS', () => {
  it('brings every byte to the one whose certificate is registered', async () => {
    receiver.behave({});
    expect(await move('SECURE')).toEqual({ status: 0, failed: 0 });
    const sent = study.map(({ dataSet }) => dataSet.toString('hex'));
    expect(receiver.stores.map(({ dataSet }) => dataSet.toString('hex')).sort()).toEqual(sent.sort());
  });

  it.each(['IMPOSTOR', 'NOTYET'])('sends nothing to one that shows another certificate (%s)', async (destination) => {
    receiver.behave({});
    const { status, failed } = await move(destination);
    expect([status, failed, receiver.stores.length]).toEqual([0xa702, study.length, 0]);
  });
});

describe.skipIf(['storescp'].map(dcmtkTool).includes(undefined))('DCMTK as receiver', () => {
  it('gets images by TLS and verifies who sends them', async () => {
    const folder = freshFolder();
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const own = [file('key', maker.server.key), file('cert', maker.server.certificate)];
    const ours = file('ca', appliance.certificates.authority);
    const images = freshFolder();
    const args = ['+tls', ...own, '--add-cert-file', ours, '--require-peer-cert', '+B', '-od', images];
    const child = spawn(dcmtkTool('storescp') as string, [...args, String(dcmtkPort)], { stdio: 'ignore' });
    try {
      const device = appliance.config.devices.find(({ aeTitle }) => aeTitle === 'STORESCP');
      if (device === undefined) throw new Error('no device');
      const settings = {
        callingAe: 'CLINICPACS',
        certificates: appliance.certificates,
        log: createLog({ level: 'silent' }),
      };
      await expect.poll(async () => (await echo(device, settings)).kind).toBe('answered');
      expect(await move('STORESCP')).toEqual({ status: 0, failed: 0 });
      expect(readdirSync(images)).toHaveLength(study.length);
    } finally {
      child.kill();
    }
  });
});
