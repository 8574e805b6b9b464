/** Patient Root queries and retrievals (PS3.4 section C.6.1). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import {
  EXPLICIT,
  IMPLICIT,
  identifier,
  PATIENT_ROOT_FIND,
  PATIENT_ROOT_GET,
  readImplicit,
} from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';
import { type Instance, makeInstance, makeStudy } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';

let appliance: TestAppliance;
let older: Instance[];
let newer: Instance[];
let otherIssuer: Instance;
let nameless: Instance[];

const associate = (callingAe = 'VIEWER') =>
  DimseClient.associate({
    port: appliance.dicomPort,
    callingAe,
    roles: [[SC, 1, 1]],
    contexts: [
      [SC, [EXPLICIT]],
      [PATIENT_ROOT_FIND, [IMPLICIT]],
      [PATIENT_ROOT_GET, [IMPLICIT]],
    ],
  });

beforeAll(async () => {
  appliance = await startTestAppliance();
  newer = makeStudy(2, 2, { patientId: 'P1', patientName: 'New^Name', studyDate: '20260301', modality: 'CT' });
  older = makeStudy(1, 1, { patientId: 'P1', patientName: 'Old^Name', studyDate: '20200101', modality: 'CR' });
  otherIssuer = makeInstance({ patientId: 'P1', patientName: 'Other^One', attributes: { IssuerOfPatientID: 'H2' } });
  nameless = [1, 2].map((n) => makeInstance({ patientId: '', patientName: `Nobody^${n}` }));
  const client = await associate('MODALITY');
  for (const instance of [...newer, ...older, otherIssuer, ...nameless]) await client.store(instance);
  await client.release();
});

afterAll(() => appliance.dispose());

const plain = (bytes: Buffer | undefined) => bytes?.toString('latin1').replace(/[\0 ]+$/, '') ?? '';

async function ask(keys: Record<string, string>) {
  const client = await associate();
  const found = await client.find(identifier(keys), { sopClass: PATIENT_ROOT_FIND });
  await client.release();
  return { ...found, answers: found.dataSets.map(readImplicit) };
}

async function get(keys: Record<string, string>) {
  const client = await associate();
  const result = await client.get(identifier(keys), () => 0, PATIENT_ROOT_GET);
  await client.release();
  return { status: result.status, uids: result.instances.map(({ sopInstanceUid }) => sopInstanceUid).sort() };
}

const uidsOf = (instances: readonly Instance[]) => instances.map(({ sopInstanceUid }) => sopInstanceUid).sort();

describe('a PATIENT level query', () => {
  const COUNTS = { '00201200': '', '00201202': '', '00201204': '' };

  it('answers each patient once, with the newest study, whatever came last, and what the patient has', async () => {
    const { answers, pendingStatuses } = await ask({
      '00080052': 'PATIENT',
      '00100010': '',
      '00100020': 'P1',
      '00100021': '',
      ...COUNTS,
    });
    const rows = answers.map((answer) =>
      ['00100010', '00100021', '00201200', '00201202', '00201204'].map((hex) => plain(answer[hex])),
    );
    expect(rows.sort()).toEqual([
      ['New^Name', '', '2', '3', '5'],
      ['Other^One', 'H2', '1', '1', '1'],
    ]);
    expect(pendingStatuses).toEqual([0xff00, 0xff00]);
  });

  it('keeps patients without an ID apart', async () => {
    const { answers } = await ask({ '00080052': 'PATIENT', '00100010': 'Nobody*', ...COUNTS });
    expect(answers.map((answer) => [plain(answer['00100010']), plain(answer['00201200'])]).sort()).toEqual([
      ['Nobody^1', '1'],
      ['Nobody^2', '1'],
    ]);
  });

  it.each([
    [{ '00100010': 'old*' }, []],
    [{ '00100010': 'new*' }, ['P1']],
    [{ '00080020': '20200101' }, ['P1']],
    [{ '00080060': 'CR' }, ['P1']],
    [{ '00080060': 'MR' }, []],
  ])('is relational: %j', async (keys, expected) => {
    const { answers } = await ask({ '00080052': 'PATIENT', '00100020': '', ...keys });
    expect(answers.map((answer) => plain(answer['00100020']))).toEqual(expected);
  });

  it('answers keys below the level with zero length and says so by FF01H', async () => {
    const { pendingStatuses, answers } = await ask({ '00080052': 'PATIENT', '00100010': 'New*', '0020000D': '' });
    expect([pendingStatuses, answers[0]?.['0020000D']?.length]).toEqual([[0xff01], 0]);
  });
});

it('finds the studies of a patient below it', async () => {
  const { answers } = await ask({ '00080052': 'STUDY', '00100020': 'P1', '00100021': 'H2', '0020000D': '' });
  expect(answers.map((answer) => plain(answer['0020000D']))).toEqual([otherIssuer.studyInstanceUid]);
});

describe('a Patient Root retrieval', () => {
  it('takes a patient', async () => {
    expect(await get({ '00080052': 'PATIENT', '00100020': 'P1' })).toEqual({
      status: 0,
      uids: uidsOf([...newer, ...older, otherIssuer]),
    });
    expect((await get({ '00080052': 'PATIENT', '00100020': 'P1', '00100021': 'H2' })).uids).toEqual(
      uidsOf([otherIssuer]),
    );
  });

  it('takes a study with and without its patient, and none under another patient', async () => {
    const study = { '00080052': 'STUDY', '0020000D': older[0]?.studyInstanceUid as string };
    expect((await get({ ...study, '00100020': 'P1' })).uids).toEqual(uidsOf(older));
    expect((await get(study)).uids).toEqual(uidsOf(older));
    expect((await get({ ...study, '00100020': 'P2' })).uids).toEqual([]);
  });

  it('without a Patient ID at its level is refused with A900H', async () => {
    expect((await get({ '00080052': 'PATIENT' })).status).toBe(0xa900);
  });
});
