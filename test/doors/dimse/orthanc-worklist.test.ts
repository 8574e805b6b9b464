/** Orthanc as the console that asks for the worklist; it reads the answers with a parser of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { freshFolder } from '../../support/folders.ts';
import { programOnPath } from '../../support/programs.ts';

const program = programOnPath('Orthanc', 'Debian');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

describe.skipIf(program === undefined)('Orthanc', () => {
  let appliance: TestAppliance;
  let orthanc: ChildProcess;
  let url: string;

  beforeAll(async () => {
    const device = { name: 'Orthanc', aeTitle: 'ORTHANC', host: '127.0.0.1', port: null, may: ['worklist'] };
    appliance = await startTestAppliance({ config: { devices: [device] } });
    const patient = { patientId: '1', patientName: { alphabetic: 'Kim^Heejung', phonetic: '김희중' } };
    await appliance.worklist.put({ ...patient, modality: 'DX', description: '흉부 PA', startDate: '20261124' });
    const folder = freshFolder();
    const httpPort = await freePort();
    url = `http://127.0.0.1:${httpPort}`;
    const settings = {
      StorageDirectory: folder,
      IndexDirectory: folder,
      HttpPort: httpPort,
      DicomServerEnabled: false,
      AuthenticationEnabled: false,
      DicomAet: 'ORTHANC',
      DefaultEncoding: 'Utf8',
      Plugins: [],
      DicomModalities: { pacs: ['CLINICPACS', '127.0.0.1', appliance.dicomPort] },
    };
    writeFileSync(join(folder, 'orthanc.json'), JSON.stringify(settings));
    orthanc = spawn(program as string, [join(folder, 'orthanc.json')], { stdio: 'ignore' });
    await vi.waitFor(async () => expect((await fetch(`${url}/system`)).ok).toBe(true), {
      timeout: 30_000,
      interval: 100,
    });
  }, 60_000);

  afterAll(async () => {
    if (orthanc.exitCode === null) {
      orthanc.kill();
      await once(orthanc, 'exit');
    }
    await appliance.dispose();
  });

  it('asks by name, day and modality, and reads the Korean of the answer', async () => {
    const step = { Modality: 'DX', ScheduledProcedureStepStartDate: '20261124', ScheduledStationAETitle: '' };
    const query = { PatientName: 'KIM*', PatientID: '', RequestedProcedureDescription: '' };
    const answer = await fetch(`${url}/modalities/pacs/find-worklist`, {
      method: 'POST',
      body: JSON.stringify({ ...query, SpecificCharacterSet: 'ISO_IR 192', ScheduledProcedureStepSequence: [step] }),
    });
    expect(answer.status, await answer.clone().text()).toBe(200);
    expect(await answer.json()).toMatchObject([
      {
        PatientName: 'Kim^Heejung==김^희중',
        PatientID: '1',
        RequestedProcedureDescription: '흉부 PA',
        ScheduledProcedureStepSequence: [{ Modality: 'DX', ScheduledStationAETitle: 'ORTHANC' }],
      },
    ]);
  });
});
