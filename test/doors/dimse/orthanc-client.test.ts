/** Orthanc as modality and viewer: it echoes, stores, queries and retrieves. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { store } from '../../support/archive.ts';
import { freePort, type Orthanc, orthancProgram, startOrthanc } from '../../support/orthanc.ts';
import { type Instance, makeStudy } from '../../support/synthetic.ts';

const program = orthancProgram();

describe.skipIf(program === undefined)('Orthanc', () => {
  let appliance: TestAppliance;
  let orthanc: Orthanc;
  let ours: Instance[];

  beforeAll(async () => {
    const port = await freePort();
    orthanc = await startOrthanc(program as string, port);
    const may = ['store', 'query', 'retrieve'];
    const devices = [{ name: 'Orthanc', aeTitle: 'ORTHANC', host: '127.0.0.1', port: orthanc.dicomPort, may }];
    appliance = await startTestAppliance({ config: { devices }, dicomPort: port });
    ours = makeStudy(2, 3, { patientId: 'OURS', patientName: 'Hong^Gildong', pixelBytes: 50_000 });
    for (const instance of ours) await store(appliance.archive, instance);
  });

  afterAll(async () => {
    await orthanc.end();
    await appliance.dispose();
  });

  it('echoes', async () => {
    await expect(orthanc.rest('POST', '/modalities/clinic/echo', {})).resolves.toBeDefined();
  });

  it('stores, with its bytes untouched', async () => {
    const theirs = makeStudy(1, 3, { patientId: 'THEIRS', pixelBytes: 50_000 });
    const ids: string[] = [];
    for (const { file } of theirs) ids.push(((await orthanc.rest('POST', '/instances', file)) as { ID: string }).ID);
    const sent = await orthanc.rest('POST', '/modalities/clinic/store', ids);
    expect(sent).toMatchObject({ InstancesCount: 3, FailedInstancesCount: 0 });
    const studyInstanceUid = theirs[0]?.studyInstanceUid as string;
    const stored = await appliance.archive.retrieve.instances({ studyInstanceUid });
    expect(stored.map(({ sha256 }) => sha256)).toEqual(theirs.map(({ sha256 }) => sha256));
  });

  it.each([
    ['Patient', { PatientID: 'OURS' }, 1],
    ['Study', { PatientName: 'hong*', StudyDate: '20000101-' }, 1],
    ['Series', { PatientID: 'OURS', Modality: '*' }, 2],
  ])('queries at level %s and has the answers moved to itself', async (Level, Query, count) => {
    const query = (await orthanc.rest('POST', '/modalities/clinic/query', { Level, Query })) as { Path: string };
    expect(await orthanc.rest('GET', `${query.Path}/answers`)).toHaveLength(count);
    await orthanc.rest('POST', `${query.Path}/retrieve`, { TargetAet: 'ORTHANC', Synchronous: true });
    const found = (await orthanc.rest('POST', '/tools/find', {
      Level: 'Instance',
      Query: { PatientID: 'OURS' },
    })) as string[];
    expect(found).toHaveLength(ours.length);
    for (const id of found) await orthanc.rest('DELETE', `/instances/${id}`);
  });
});
