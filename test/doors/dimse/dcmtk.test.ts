/** DCMTK's tools as modality and viewer. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPart10Head } from '../../../src/dicom/part10.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { dcmtkTool } from '../../support/dcmtk.ts';
import { freshFolder } from '../../support/folders.ts';
import { type Instance, makeStudy } from '../../support/synthetic.ts';

const run = promisify(execFile);
const tools = ['echoscu', 'storescu', 'findscu', 'getscu'].map(dcmtkTool);

describe.skipIf(tools.includes(undefined))('DCMTK', () => {
  let appliance: TestAppliance;
  let study: Instance[];
  let files: string[];
  const [echoscu, storescu, findscu, getscu] = tools as [string, string, string, string];
  const peer = (callingAe = 'MODALITY') => [
    '-aet',
    callingAe,
    '-aec',
    'CLINICPACS',
    '127.0.0.1',
    String(appliance.dicomPort),
  ];

  beforeAll(async () => {
    appliance = await startTestAppliance();
    const folder = freshFolder();
    study = makeStudy(1, 5, {
      pixelBytes: 200_000,
      patientName: 'Hong^Gildong=洪^吉洞=홍^길동',
      charset: ['', 'ISO 2022 IR 149'],
    });
    files = study.map(({ file, sopInstanceUid }) => {
      const path = join(folder, sopInstanceUid);
      writeFileSync(path, file);
      return path;
    });
    await run(storescu, [...peer(), ...files]);
  });

  afterAll(() => appliance.dispose());

  it('echoes', async () => {
    await expect(run(echoscu, peer())).resolves.toBeDefined();
    await expect(run(echoscu, ['--repeat', '5', ...peer('STRANGER')])).resolves.toBeDefined();
  });

  it('stores, with its bytes untouched', async () => {
    const stored = await appliance.archive.retrieve.instances({
      studyInstanceUid: study[0]?.studyInstanceUid as string,
    });
    expect(stored.map(({ sha256 }) => sha256)).toEqual(study.map(({ sha256 }) => sha256));
  });

  it('finds Korean names in the set that it is answered in', async () => {
    const keys = ['-k', '0008,0052=STUDY', '-k', '0010,0010=*길동*', '-k', '0020,000D', '-k', '0008,0005=ISO_IR 192'];
    const { stdout, stderr } = await run(findscu, ['-S', ...keys, ...peer('VIEWER')]);
    expect(stdout + stderr).toContain('Hong^Gildong=洪^吉洞=홍^길동');
  });

  it('cancels a query', async () => {
    const keys = ['-k', '0008,0052=IMAGE', '-k', '0008,0018'];
    await expect(run(findscu, ['-S', '--cancel', '1', ...keys, ...peer('VIEWER')])).resolves.toBeDefined();
  });

  it('gets a study, with its bytes untouched', async () => {
    const folder = freshFolder();
    const keys = ['-k', '0008,0052=STUDY', '-k', `0020,000D=${study[0]?.studyInstanceUid}`];
    await run(getscu, ['-S', '+B', '-od', folder, ...keys, ...peer('VIEWER')]);
    const received = readdirSync(folder).map((name) => {
      const file = readFileSync(join(folder, name));
      return file.subarray(readPart10Head(file)?.dataSetOffset).toString('hex');
    });
    expect(received.sort()).toEqual(study.map(({ dataSet }) => dataSet.toString('hex')).sort());
  });

  it('aborts in the middle of everything without harm', async () => {
    await run(echoscu, ['--abort', ...peer()]).catch(() => undefined);
    await run(storescu, ['--abort', ...peer(), ...files]).catch(() => undefined);
    await expect.poll(() => appliance.dimse.stats().connections).toBe(0);
  });

  it('gets no context for a query as an unknown device', async () => {
    const keys = ['-k', '0008,0052=STUDY', '-k', '0020,000D'];
    await expect(run(findscu, ['-S', ...keys, ...peer('STRANGER')])).rejects.toThrow();
  });
});
