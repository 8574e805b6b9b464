import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { EXPLICIT, IMPLICIT, identifier, pdu, readImplicit, STUDY_ROOT_GET } from '../../support/dimse-bytes.ts';
import { DimseClient, type GetResult, type Message, us } from '../../support/dimse-client.ts';
import { type Instance, makeInstance, makeStudy } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const JPEG = '1.2.840.10008.1.2.4.50';

let appliance: TestAppliance;
let study: Instance[];
let mixed: Instance[];

beforeAll(async () => {
  appliance = await startTestAppliance();
  study = makeStudy(2, 4, { pixelBytes: 50_000, patientId: 'GET-1' });
  mixed = [
    makeInstance({ pixelBytes: 3_000_001, sopClassUid: CT }),
    makeInstance({ transferSyntaxUid: JPEG }),
    makeInstance({ transferSyntaxUid: IMPLICIT }),
  ];
  const client = await DimseClient.associate({
    port: appliance.dicomPort,
    contexts: [
      [SC, [EXPLICIT]],
      [CT, [EXPLICIT]],
      [SC, [JPEG]],
      [SC, [IMPLICIT]],
    ],
  });
  for (const instance of [...study, ...mixed]) await client.store(instance);
  await client.release();
});

afterAll(() => appliance.dispose());

const viewer = (
  maximumLength = 16384,
  roles: readonly (readonly [string, number, number])[] = [
    [SC, 0, 1],
    [CT, 0, 1],
  ],
) =>
  DimseClient.associate({
    port: appliance.dicomPort,
    callingAe: 'VIEWER',
    maximumLength,
    roles,
    contexts: [
      [STUDY_ROOT_GET, [IMPLICIT]],
      [SC, [EXPLICIT]],
      [CT, [EXPLICIT]],
    ],
  });

const studyKeys = (uids: string) => identifier({ '00080052': 'STUDY', '0020000D': uids });
const counts = (of: Message) => ['00001020', '00001021', '00001022', '00001023'].map((hex) => us(of, hex));
const failedUids = ({ final }: GetResult) =>
  readImplicit(final.dataSet ?? Buffer.alloc(0))
    ['00080058']?.toString('latin1')
    .replace(/[\0 ]+$/, '')
    .split('\\') ?? [];

describe('C-GET', () => {
  it.each([0, 128, 16384, 1_000_000])(
    'sends a study with its bytes untouched, in PDUs of at most %d',
    async (maximum) => {
      const client = await viewer(maximum);
      const result = await client.get(studyKeys(study[0]?.studyInstanceUid as string));
      expect(result.status).toBe(0);
      expect(result.instances.map(({ dataSet }) => dataSet)).toEqual(study.map(({ dataSet }) => dataSet));
      expect(counts(result.final)).toEqual([-1, 8, 0, 0]);
      expect(result.pending.map(counts)).toEqual([1, 2, 3, 4, 5, 6, 7].map((sent) => [8 - sent, sent, 0, 0]));
      await client.release();
    },
  );

  it('sends an image that is longer than a read buffer and of odd length', async () => {
    const client = await viewer();
    const result = await client.get(studyKeys(mixed[0]?.studyInstanceUid as string));
    expect(result.instances[0]?.dataSet.equals(mixed[0]?.dataSet as Buffer)).toBe(true);
    await client.release();
  });

  it('takes series, images and lists of them', async () => {
    const client = await viewer();
    const [first] = study as [Instance];
    const series = await client.get(
      identifier({ '00080052': 'SERIES', '0020000D': first.studyInstanceUid, '0020000E': first.seriesInstanceUid }),
    );
    expect(series.instances).toHaveLength(4);
    const images = await client.get(
      identifier({ '00080052': 'IMAGE', '00080018': `${study[1]?.sopInstanceUid}\\${study[6]?.sopInstanceUid}\\1.2` }),
    );
    expect(images.instances.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([
      study[1]?.sopInstanceUid,
      study[6]?.sopInstanceUid,
    ]);
    await client.release();
  });

  it('counts what cannot be had in a syntax that the peer takes as failed, with its UID', async () => {
    const client = await viewer();
    const unsendable = [mixed[1] as Instance];
    const transcoded = mixed[2] as Instance;
    const result = await client.get(
      studyKeys([...unsendable, transcoded, study[0] as Instance].map((one) => one.studyInstanceUid).join('\\')),
    );
    expect([result.status, ...counts(result.final)]).toEqual([0xb000, -1, 9, 1, 0]);
    expect(failedUids(result)).toEqual(unsendable.map(({ sopInstanceUid }) => sopInstanceUid));
    const none = await client.get(studyKeys(unsendable[0]?.studyInstanceUid as string));
    expect([none.status, ...counts(none.final)]).toEqual([0xa702, -1, 0, 1, 0]);
    await client.release();
  });

  it('fails altogether without role selection', async () => {
    const client = await viewer(16384, []);
    expect((await client.get(studyKeys(study[0]?.studyInstanceUid as string))).status).toBe(0xa702);
    await client.release();
  });

  it('counts warnings and refusals of the peer', async () => {
    const client = await viewer();
    const answers = [0, 0xb007, 0xa700, 0xc000, 0, 0, 0xb000, 0];
    const result = await client.get(studyKeys(study[0]?.studyInstanceUid as string), () => answers.shift());
    expect([result.status, ...counts(result.final)]).toEqual([0xb000, -1, 4, 2, 2]);
    expect(failedUids(result)).toEqual([study[2]?.sopInstanceUid, study[3]?.sopInstanceUid]);
    await client.release();
  });

  it('names all as failed when the peer refuses every one', async () => {
    const client = await viewer();
    const result = await client.get(studyKeys(study[0]?.studyInstanceUid as string), () => 0xa700);
    expect([result.status, ...counts(result.final)]).toEqual([0xa702, -1, 0, 8, 0]);
    expect(failedUids(result)).toEqual(study.map(({ sopInstanceUid }) => sopInstanceUid));
    await client.release();
  });

  it('ends with a peer that answers with nonsense', async () => {
    const client = await viewer();
    const asked = client.get(studyKeys(study[0]?.studyInstanceUid as string), () => {
      client.connection.send(Buffer.from('nonsense, nonsense, nonsense'));
      return undefined;
    });
    await expect(asked).rejects.toThrow('PDU 7');
    await client.connection.closed();
    await expect.poll(() => appliance.dimse.stats().connections).toBe(0);
  });

  it('succeeds with nothing when nothing is found, and refuses what is not whole', async () => {
    const client = await viewer();
    const nothing = await client.get(studyKeys('1.2.3.4'));
    expect([nothing.status, ...counts(nothing.final)]).toEqual([0, -1, 0, 0, 0]);
    expect((await client.get(identifier({ '00080052': 'STUDY' }))).status).toBe(0xa900);
    expect((await client.get(identifier({ '0020000D': '1.2' }))).status).toBe(0xa900);
    await client.release();
  });

  it('stops between two images when it is cancelled', async () => {
    const client = await viewer();
    let seen = 0;
    const result = await client.get(studyKeys(study[0]?.studyInstanceUid as string), (_, requestId) => {
      if (++seen === 2) client.cancel(1, requestId);
      return 0;
    });
    expect([result.status, ...counts(result.final)]).toEqual([0xfe00, 6, 2, 0, 0]);
    await client.release();
  });

  it('ends with the peer: released, aborted or silent in the middle, and others are served', async () => {
    for (const leave of [
      (client: DimseClient) => client.connection.send(pdu(5, Buffer.alloc(4))),
      (client: DimseClient) => client.abort(),
      (client: DimseClient) => client.connection.destroy(),
    ]) {
      const client = await viewer();
      const asked = client.get(studyKeys(study[0]?.studyInstanceUid as string), () => {
        leave(client);
        return undefined;
      });
      await expect(asked).rejects.toThrow();
      client.connection.destroy();
    }
    await expect.poll(() => appliance.dimse.stats().connections).toBe(0);
  });
});
