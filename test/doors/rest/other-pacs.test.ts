/** Other makers' PACS at the other end: dcmqrscp of DCMTK, Orthanc, qrscp of pynetdicom. What staff sends, finds and fetches. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN_PASSWORD, startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { store } from '../../support/archive.ts';
import { dcmtkTool } from '../../support/dcmtk.ts';
import { freshFolder } from '../../support/folders.ts';
import { freePort, orthancProgram, startOrthanc, untilOpen } from '../../support/orthanc.ts';
import { type Instance, makeInstance, makeStudy } from '../../support/synthetic.ts';

vi.setConfig({ hookTimeout: 60_000 });

const AUTHORIZATION = `Basic ${Buffer.from(`admin:${ADMIN_PASSWORD}`).toString('base64')}`;
const PDF = '1.2.840.10008.5.1.4.1.1.104.1';
const PET = '1.2.840.10008.5.1.4.1.1.128';

/** Another PACS, which knows CLINICPACS at a port. */
interface OtherPacs {
  readonly port: number;
  end(): Promise<void>;
}

function isInstalled(module: string): boolean {
  try {
    execFileSync('python3', ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(`skipped: ${module} is not installed`);
    return false;
  }
}

async function program(command: string, args: string[], port: number, cwd: string): Promise<OtherPacs> {
  const child = spawn(command, args, { stdio: 'ignore', cwd });
  await untilOpen(child, port);
  return { port, end: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function startDcmqrscp(path: string, clinicPort: number): Promise<OtherPacs> {
  const folder = freshFolder();
  const [port, config] = [await freePort(), join(folder, 'dcmqrscp.cfg')];
  mkdirSync(join(folder, 'images'));
  const lines = [
    `NetworkTCPPort = ${port}`,
    'MaxPDUSize = 16384',
    'MaxAssociations = 16',
    `HostTable BEGIN\nclinic = (CLINICPACS, localhost, ${clinicPort})\nHostTable END`,
    'VendorTable BEGIN\nVendorTable END',
    `AETable BEGIN\nPACS ${join(folder, 'images')} RW (200, 1024mb) ANY\nAETable END`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  return program(path, ['-c', config], port, folder);
}

async function startQrscp(clinicPort: number): Promise<OtherPacs> {
  const folder = freshFolder();
  const [port, config] = [await freePort(), join(folder, 'qrscp.ini')];
  const own = ['[DEFAULT]', 'ae_title = PACS', `port = ${port}`, 'bind_address = 127.0.0.1', 'max_pdu = 16382'];
  const times = ['acse_timeout = 30', 'dimse_timeout = 30', 'network_timeout = 30'];
  const places = [`instance_location = ${folder}/images`, `database_location = ${folder}/index.sqlite`];
  const clinic = ['[CLINICPACS]', 'address = 127.0.0.1', `port = ${clinicPort}`];
  mkdirSync(join(folder, 'images'));
  writeFileSync(config, `${[...own, ...times, ...places, ...clinic].join('\n')}\n`);
  return program('python3', ['-m', 'pynetdicom', 'qrscp', '-c', config], port, folder);
}

async function startOtherOrthanc(path: string, clinicPort: number): Promise<OtherPacs> {
  const { dicomPort, end } = await startOrthanc(path, clinicPort, { DicomAet: 'PACS' });
  return { port: dicomPort, end };
}

const dcmqrscp = dcmtkTool('dcmqrscp');
const orthanc = orthancProgram();

describe.each([
  ['dcmqrscp', dcmqrscp && ((port: number) => startDcmqrscp(dcmqrscp, port))],
  ['Orthanc', orthanc && ((port: number) => startOtherOrthanc(orthanc, port))],
  ['qrscp of pynetdicom', isInstalled('pynetdicom') && isInstalled('sqlalchemy') ? startQrscp : undefined],
] as const)('%s', (name, start) => {
  describe.skipIf(start === undefined)('as another PACS', () => {
    const DEVICE = encodeURIComponent('PACS@127.0.0.1');
    let clinic: TestAppliance;
    let pacs: OtherPacs;
    let study: Instance[];
    let second: TestAppliance;

    beforeAll(async () => {
      const may = ['store', 'query', 'retrieve'];
      const port = await freePort();
      pacs = await (start as (port: number) => Promise<OtherPacs>)(port);
      const devices = [{ name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: pacs.port, may }];
      clinic = await startTestAppliance({ config: { devices } });
      second = await startTestAppliance({ config: { devices }, dicomPort: port });
      const studyInstanceUid = '1.2.826.0.1.9.1';
      const whose = { patientId: 'P-9', patientName: 'Hong^Gildong', studyInstanceUid };
      study = [
        ...makeStudy(1, 2, { ...whose, pixelBytes: 50_000 }),
        makeInstance({ ...whose, sopClassUid: PDF, modality: 'DOC', pixelBytes: 0 }),
        makeInstance({ ...whose, sopClassUid: PET, modality: 'PT' }),
      ];
      for (const instance of study) await store(clinic.archive, instance);
    });

    afterAll(async () => {
      await pacs.end();
      await clinic.dispose();
      await second.dispose();
    });

    const ask = (of: TestAppliance, path: string, body: unknown) =>
      fetch(`${of.httpUrl}${path}`, {
        method: 'POST',
        headers: { Authorization: AUTHORIZATION, Origin: of.httpUrl, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });

    async function over(of: TestAppliance, started: Response): Promise<unknown> {
      expect(started.status).toBe(200);
      const { id } = (await started.json()) as { id: number };
      return vi.waitFor(
        async () => {
          const asked = await fetch(`${of.httpUrl}/api/transfers/${id}`, { headers: { Authorization: AUTHORIZATION } });
          const transfer = (await asked.json()) as { state: string };
          expect(transfer.state).not.toMatch(/waiting|running/);
          return transfer;
        },
        { timeout: 30_000 },
      );
    }

    const hashes = async (of: TestAppliance) =>
      (await of.archive.retrieve.instances({ studyInstanceUid: study[0]?.studyInstanceUid as string })).map(
        ({ sha256 }) => sha256,
      );

    it('takes a study that staff sends', async () => {
      const found = await ask(clinic, '/api/studies/search', { text: 'P-9' });
      const studyId = ((await found.json()) as { rows: { id: number }[] }).rows[0]?.id;
      const sent = await over(clinic, await ask(clinic, '/api/send', { studyId, device: 'PACS@127.0.0.1' }));
      expect(sent).toMatchObject({ state: 'done', total: 4, completed: 4, failed: 0 });
    });

    it('is searched', async () => {
      const answer = await ask(second, `/api/devices/${DEVICE}/search`, { patientId: 'P-9' });
      const studies = [{ studyInstanceUid: study[0]?.studyInstanceUid, patientId: 'P-9' }];
      expect(await answer.json()).toMatchObject({ complete: true, studies });
    });

    it.each(['move', 'get'])(`gives the study by %s, PDF and PET too: ${name}`, async (by) => {
      const body = { studyInstanceUid: study[0]?.studyInstanceUid, by };
      const fetched = await over(second, await ask(second, `/api/devices/${DEVICE}/fetch`, body));
      expect(fetched).toMatchObject({ state: 'done', total: 4, completed: 4, failed: 0 });
      expect(await hashes(second)).toHaveLength(4);
    });
  });
});
