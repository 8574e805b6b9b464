/** C-MOVE with DCMTK asking, and DCMTK and Orthanc receiving. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPart10Head } from '../../../src/dicom/part10.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { dcmtkTool } from '../../support/dcmtk.ts';
import { EXPLICIT } from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';
import { freshFolder } from '../../support/folders.ts';
import { programOnPath } from '../../support/programs.ts';
import { type Instance, makeStudy } from '../../support/synthetic.ts';

const run = promisify(execFile);
const [movescu, storescp] = ['movescu', 'storescp'].map(dcmtkTool) as [string, string];
const orthanc = programOnPath('Orthanc', 'Orthanc');
const SC = '1.2.840.10008.5.1.4.1.1.7';

describe.skipIf(movescu === undefined || storescp === undefined)('C-MOVE asked by movescu', () => {
  let appliance: TestAppliance;
  let study: Instance[];
  const ports: number[] = [];
  const folder = freshFolder();
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    for (let n = 0; n < 3; n++) ports.push(await freePort());
    const device = (aeTitle: string, port: number | null) => ({ name: aeTitle, aeTitle, host: '127.0.0.1', port });
    const may = ['query', 'retrieve'];
    const devices = [
      { ...device('VIEWER', null), may },
      { ...device('STORESCP', ports[0] as number), may: [] },
      { ...device('ORTHANC', ports[1] as number), may: [] },
    ];
    appliance = await startTestAppliance({ config: { devices } });
    study = makeStudy(2, 10, { pixelBytes: 100_001, patientId: 'P-MOVE', patientName: '홍^길동' });
    const client = await DimseClient.associate({ port: appliance.dicomPort, contexts: [[SC, [EXPLICIT]]] });
    for (const instance of study) await client.store(instance);
    await client.release();
  });

  afterAll(async () => {
    for (const child of children) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    }
    await appliance.dispose();
  });

  const start = async (program: string, args: string[], port: number) => {
    children.push(spawn(program, args, { stdio: 'ignore', env: { ...process.env, TCP_NODELAY: '1' } }));
    await expect.poll(() => answers(port), { timeout: 30_000 }).toBe(true);
  };

  const move = (destination: string, ...keys: string[]) => {
    const peer = ['-aet', 'VIEWER', '-aec', 'CLINICPACS', '-aem', destination];
    const all = keys.flatMap((key) => ['-k', key]);
    return run(movescu, [
      '-v',
      keys[0]?.endsWith('PATIENT') ? '-P' : '-S',
      ...peer,
      ...all,
      '127.0.0.1',
      String(appliance.dicomPort),
    ]);
  };
  const ofStudy = () => ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${study[0]?.studyInstanceUid}`];

  it('reaches storescp with its bytes untouched', async () => {
    await start(storescp, ['-aet', 'STORESCP', '+B', '-od', folder, String(ports[0])], ports[0] as number);
    await move('STORESCP', ...ofStudy());
    const received = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const dataSets = received.map((file) => file.subarray(readPart10Head(file)?.dataSetOffset).toString('hex')).sort();
    expect(dataSets).toEqual(study.map(({ dataSet }) => dataSet.toString('hex')).sort());
  });

  it.skipIf(orthanc === undefined)('reaches Orthanc, by study and by patient', async () => {
    const web = ports[2] as number;
    const settings = { DicomPort: ports[1], HttpPort: web, DicomAet: 'ORTHANC', StorageDirectory: freshFolder() };
    const file = join(freshFolder(), 'orthanc.json');
    writeFileSync(file, JSON.stringify({ ...settings, DicomAlwaysAllowStore: true, RemoteAccessAllowed: false }));
    await start(orthanc as string, [file], ports[1] as number);
    await expect.poll(() => answers(web), { timeout: 30_000 }).toBe(true);
    await move('ORTHANC', ...ofStudy());
    const count = async () => {
      const response = await fetch(`http://127.0.0.1:${web}/statistics`);
      return ((await response.json()) as { CountInstances: number }).CountInstances;
    };
    expect(await count()).toBe(20);
    const { stderr, stdout } = await move('ORTHANC', 'QueryRetrieveLevel=PATIENT', 'PatientID=P-MOVE');
    expect(`${stdout}${stderr}`).toContain('Success');
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
