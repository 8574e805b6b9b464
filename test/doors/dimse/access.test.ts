/** What the access log is told: once for each study and association, refusals too. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommitmentRequests } from '../../../src/commitment/commitment-requests.ts';
import { Commitments } from '../../../src/commitment/commitments.ts';
import type { Access } from '../../../src/doors/dimse/conversation.ts';
import { createDimseListener, type DimseListener } from '../../../src/doors/dimse/listener.ts';
import { createLog } from '../../../src/log.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { EXPLICIT, IMPLICIT, identifier, STUDY_ROOT_FIND, STUDY_ROOT_GET } from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';
import { makeStudy } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';

describe('accesses', () => {
  let appliance: TestAppliance;
  let listener: DimseListener;
  let port: number;
  const accesses: Access[] = [];
  const study = makeStudy(1, 3, { patientId: 'P-7' });
  const studyInstanceUid = study[0]?.studyInstanceUid as string;

  beforeAll(async () => {
    appliance = await startTestAppliance();
    const { archive, worklist, config, certificates } = appliance;
    const log = createLog({ level: 'silent' });
    const onAccess = (access: Access) => accesses.push(access);
    const books = { mostOpen: 1, patience: 1000 };
    listener = createDimseListener({
      archive,
      commitments: new Commitments({ archive, log, ...books }),
      commitmentRequests: new CommitmentRequests({ database: archive.database, log, ...books }),
      worklist,
      config,
      devices: () => config.devices,
      certificates,
      log,
      onAccess,
      onAttempt: () => undefined,
    });
    ({ port } = await listener.listen());
  });

  afterAll(async () => {
    await listener.close();
    await appliance.dispose();
  });

  const associate = (callingAe: string) =>
    DimseClient.associate({
      port,
      callingAe,
      roles: [[SC, 1, 1]],
      contexts: [
        [SC, [EXPLICIT]],
        [STUDY_ROOT_FIND, [IMPLICIT]],
        [STUDY_ROOT_GET, [IMPLICIT]],
      ],
    });

  it('to store, to query and to retrieve are told once for each study', async () => {
    accesses.length = 0;
    const client = await associate('MODALITY');
    for (const instance of study) await client.store(instance);
    await client.find(identifier({ '00080052': 'STUDY', '00100020': 'P-7', '00100010': '' }));
    await client.find(identifier({ '00080052': 'STUDY', '00100010': '*', '00080020': '' }));
    await client.get(identifier({ '00080052': 'STUDY', '0020000D': studyInstanceUid }));
    await client.release();
    const by = { who: 'MODALITY@127.0.0.1', from: '127.0.0.1', outcome: 'ok' };
    expect(accesses).toEqual([
      { action: 'store', ...by, patientId: 'P-7', studyInstanceUid, detail: 'C-STORE' },
      { action: 'query', ...by, patientId: 'P-7', detail: 'STUDY by PatientID: 1 matches' },
      { action: 'query', ...by, detail: 'STUDY by PatientName: 1 matches' },
      { action: 'retrieve', ...by, patientId: 'P-7', studyInstanceUid, detail: 'C-GET' },
    ]);
  });

  it('to different patients are told apart, though the question is the same', async () => {
    accesses.length = 0;
    const client = await associate('MODALITY');
    for (const patientId of ['NOBODY-1', 'NOBODY-2', 'NOBODY-2']) {
      await client.find(identifier({ '00080052': 'STUDY', '00100020': patientId }));
    }
    await client.release();
    expect(accesses.map(({ patientId }) => patientId)).toEqual(['NOBODY-1', 'NOBODY-2']);
  });

  it('that are refused to an unknown device are told too', async () => {
    accesses.length = 0;
    const client = await associate('STRANGER');
    await client.release();
    const refused = {
      who: 'STRANGER@127.0.0.1',
      from: '127.0.0.1',
      detail: 'presentation context refused',
      outcome: 'refused',
    };
    expect(accesses).toEqual([
      { action: 'query', ...refused },
      { action: 'retrieve', ...refused },
    ]);
  });
});
