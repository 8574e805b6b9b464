/** Storage commitment with Orthanc at the other end, in both directions. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { store } from '../../support/archive.ts';
import { type CommitmentDoor, startCommitmentDoor } from '../../support/commitment-door.ts';
import { type Orthanc, orthancProgram, startOrthanc } from '../../support/orthanc.ts';
import { type Instance, makeInstance } from '../../support/synthetic.ts';

const WAIT = { timeout: 50_000, interval: 100 };
const program = orthancProgram();

describe.skipIf(program === undefined)('Orthanc', () => {
  let door: CommitmentDoor;
  let orthanc: Orthanc;
  let stored: Instance[];

  beforeAll(async () => {
    door = await startCommitmentDoor(null, { silenceMs: 300 });
    orthanc = await startOrthanc(program as string, door.port);
    const { dicomPort: port } = orthanc;
    door.devices = [
      { name: '판독 PACS', aeTitle: 'ORTHANC', host: '127.0.0.1', port, may: ['store'], askCommitment: true },
    ];
    stored = [makeInstance(), makeInstance()];
    for (const instance of stored) await store(door.archive, instance);
  });

  afterAll(async () => {
    await orthanc.end();
    await door.close();
  });

  /** What Orthanc says in the end about instances that it asked us for. */
  async function asks(references: { sopClassUid: string; sopInstanceUid: string }[]): Promise<Record<string, unknown>> {
    const DicomInstances = references.map(({ sopClassUid, sopInstanceUid }) => [sopClassUid, sopInstanceUid]);
    const asked = await orthanc.rest('POST', '/modalities/clinic/storage-commitment', { DicomInstances });
    const { Path } = asked as { Path: string };
    return vi.waitFor(async () => {
      const answer = (await orthanc.rest('GET', Path)) as Record<string, unknown>;
      expect(answer.Status).not.toBe('Pending');
      return answer;
    }, WAIT);
  }

  it('asks us, and believes that its images are safe', async () => {
    const answer = await asks(stored);
    expect(answer).toMatchObject({ Status: 'Success', RemoteAET: 'CLINICPACS' });
    expect(answer.Success).toHaveLength(2);
  });

  it('asks us, and hears which image is not here', async () => {
    const { sopClassUid } = stored[0] as Instance;
    const answer = await asks([stored[0] as Instance, { sopClassUid, sopInstanceUid: '1.2.3' }]);
    expect(answer).toMatchObject({ Status: 'Failure', Failures: [{ SOPInstanceUID: '1.2.3' }] });
    await vi.waitFor(async () => expect((await door.commitments.get(2))?.state).toBe('confirmed'), WAIT);
  });

  it('is asked by us, and reports', async () => {
    const [kept] = stored as [Instance];
    await orthanc.rest('POST', '/instances', kept.file);
    const { sopClassUid } = kept;
    const gone = { sopClassUid, sopInstanceUid: '1.2.3' };
    await door.commitmentRequests.sent({ aeTitle: 'ORTHANC', address: '127.0.0.1' }, [kept, gone]);
    const found = await vi.waitFor(async () => {
      const [row] = await door.commitments.list({ side: 'scu', limit: 1 });
      expect(row?.state).toBe('reported');
      return door.commitments.get(row?.id ?? 0);
    }, WAIT);
    expect(found?.instances.map(({ failureReason }) => failureReason)).toEqual([0, 0x112]);
  });
});
