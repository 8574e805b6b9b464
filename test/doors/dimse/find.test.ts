import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/dicom/charset.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { EXPLICIT, IMPLICIT, identifier, readImplicit, STUDY_ROOT_FIND } from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';
import { type Instance, makeInstance, makeStudy } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const KOREAN = 'Hong^Gildong=洪^吉洞=홍^길동';

let appliance: TestAppliance;
let study: Instance[];

const associate = (callingAe = 'VIEWER') =>
  DimseClient.associate({
    port: appliance.dicomPort,
    callingAe,
    contexts: [
      [SC, [EXPLICIT]],
      [STUDY_ROOT_FIND, [IMPLICIT]],
    ],
  });

const DEVICES = [
  { name: 'm', aeTitle: 'MODALITY', host: '127.0.0.1', port: null, may: ['store', 'query'] },
  { name: 'v', aeTitle: 'VIEWER', host: '127.0.0.1', port: null, may: ['store', 'query'] },
  { name: 'k', aeTitle: 'UTF8', host: '127.0.0.1', port: null, may: ['query'], charset: 'ISO_IR 192' },
  { name: 'a', aeTitle: 'ASCII', host: '127.0.0.1', port: null, may: ['query'], charset: 'ISO_IR 6' },
  { name: 's', aeTitle: 'SENDER', host: '127.0.0.1', port: null, may: ['store'] },
];

beforeAll(async () => {
  appliance = await startTestAppliance({ config: { devices: DEVICES } });
  study = [
    ...makeStudy(2, 3, { patientName: KOREAN, patientId: 'K1', modality: 'CT', studyDate: '20260101' }),
    makeInstance({ patientName: 'Kim^Heejung', patientId: 'A1', studyDate: '20260102' }),
    makeInstance({ patientName: 'Buc^Jérôme', patientId: 'F1', studyDate: '20260103' }),
    makeInstance({ patientName: 'Люкceмбypг', patientId: 'R1', studyDate: '20260104' }),
  ];
  const client = await associate('MODALITY');
  for (const instance of study) await client.store(instance);
  await client.release();
});

afterAll(() => appliance.dispose());

/** Asks with text keys (UTF-8 bytes) and gives every answer as bytes by tag. */
async function ask(keys: Record<string, string | Buffer>, callingAe = 'VIEWER') {
  const client = await associate(callingAe);
  const found = await client.find(identifier(keys));
  await client.release();
  return { ...found, answers: found.dataSets.map(readImplicit) };
}

const plain = (bytes: Buffer | undefined) => bytes?.toString('latin1').replace(/[\0 ]+$/, '');
const nameOf = (answer: Record<string, Buffer> | undefined) => {
  const charset = plain(answer?.['00080005'])?.split('\\') ?? [];
  return decodeText(answer?.['00100010'] ?? Buffer.alloc(0), charset, 'PN').trim();
};

describe('a study query', () => {
  it('answers with the requested keys only, the level, where to retrieve and that it is online', async () => {
    const { status, answers, pendingStatuses } = await ask({
      '00080052': 'STUDY',
      '00100020': 'K1',
      '0020000D': '',
      '00081030': '',
      '00201208': '',
    });
    expect([status, pendingStatuses]).toEqual([0, [0xff00]]);
    expect(Object.keys(answers[0] ?? {})).toEqual([
      '00080052',
      '00080054',
      '00080056',
      '00081030',
      '00100020',
      '0020000D',
      '00201208',
    ]);
    expect([plain(answers[0]?.['00080054']), plain(answers[0]?.['00080056'])]).toEqual(['CLINICPACS', 'ONLINE']);
    expect(plain(answers[0]?.['00201208'])).toBe('6');
  });

  it('answers keys that it does not know with zero length and says so by FF01H', async () => {
    const { pendingStatuses, answers } = await ask({
      '00080052': 'STUDY',
      '00100020': 'K1',
      '00081032': '',
      '00104000': '',
    });
    expect(pendingStatuses).toEqual([0xff01]);
    expect([answers[0]?.['00081032']?.length, answers[0]?.['00104000']?.length]).toEqual([0, 0]);
  });

  it.each([
    [{ '00100010': '*길동*' }, ['K1']],
    [{ '00100010': 'kim*' }, ['A1']],
    [{ '00100010': 'hong^gil?ong' }, ['K1']],
    [{ '00080020': '20260102-20260103' }, ['A1', 'F1']],
    [{ '00080061': 'CT' }, ['K1']],
    [{ '00100020': 'NOBODY' }, []],
    [{ '00100020': "x' OR '1'='1" }, []],
    [{ '00100020': '%' }, []],
  ])('matches %j', async (keys, expected) => {
    const { status, answers } = await ask({ '00080052': 'STUDY', '00100020': '', ...keys });
    expect(status).toBe(0);
    expect(answers.map((answer) => plain(answer['00100020'])).sort()).toEqual(expected);
  });

  it('matches a list of UIDs', async () => {
    const list = `${study[0]?.studyInstanceUid}\\${study[6]?.studyInstanceUid}\\1.2.3`;
    expect((await ask({ '00080052': 'STUDY', '0020000D': list })).answers).toHaveLength(2);
  });

  it('reads Hangul in EUC-KR that is not declared, as many consoles send it', async () => {
    const euckr = Buffer.from([0x2a, 0xb1, 0xe6, 0xb5, 0xbf, 0x2a]); // *길동*
    expect((await ask({ '00080052': 'STUDY', '00100010': euckr })).answers).toHaveLength(1);
  });

  it.each(['', 'PATIENT', 'study', 'NONSENSE'])('with level %j is refused with A900H', async (level) => {
    expect((await ask({ '00080052': level, '00100020': '' })).status).toBe(0xa900);
  });

  it.each([
    ['text', { '00100010': 'KIM*'.repeat(10_000) }],
    ['UIDs', { '0020000D': '1.2\\'.repeat(20_000) }],
    [
      'keys',
      Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [(0x00090010 + n).toString(16).padStart(8, '0'), ''])),
    ],
  ])('with more %s than anybody asks for is refused with A900H', async (_, keys) => {
    expect((await ask({ '00080052': 'STUDY', ...keys })).status).toBe(0xa900);
  });

  it('with a malformed date is refused with A900H and a comment', async () => {
    const { status, final } = await ask({ '00080052': 'STUDY', '00080020': 'yesterday' });
    expect([status, final.command['00000902'] !== undefined]).toEqual([0xa900, true]);
  });
});

describe('series and image queries', () => {
  it('find the series of a study and the images of a series', async () => {
    const [first] = study as [Instance];
    const series = await ask({
      '00080052': 'SERIES',
      '0020000D': first.studyInstanceUid,
      '0020000E': '',
      '00080060': '',
      '00201209': '',
    });
    expect(series.answers.map((answer) => [plain(answer['00080060']), plain(answer['00201209'])])).toEqual([
      ['CT', '3'],
      ['CT', '3'],
    ]);
    const images = await ask({
      '00080052': 'IMAGE',
      '0020000D': first.studyInstanceUid,
      '0020000E': first.seriesInstanceUid,
      '00080018': '',
      '00200013': '',
    });
    expect(images.answers.map((answer) => plain(answer['00200013']))).toEqual(['1', '2', '3']);
  });

  it('may be relational: images of a patient', async () => {
    expect((await ask({ '00080052': 'IMAGE', '00100020': 'K1', '00080018': '' })).answers).toHaveLength(6);
  });
});

describe('the character set of answers', () => {
  const charsetAndName = async (keys: Record<string, string>, callingAe?: string) => {
    const { answers } = await ask({ '00080052': 'STUDY', '00100010': '', ...keys }, callingAe);
    return [plain(answers[0]?.['00080005']), nameOf(answers[0])];
  };

  it('is none for plain ASCII, Korean where that loses nothing, else UTF-8', async () => {
    expect(await charsetAndName({ '00100020': 'A1' })).toEqual([undefined, 'Kim^Heejung']);
    expect(await charsetAndName({ '00100020': 'K1' })).toEqual(['\\ISO 2022 IR 149', KOREAN]);
    expect(await charsetAndName({ '00100020': 'F1' })).toEqual(['ISO_IR 192', 'Buc^Jérôme']);
  });

  it('is what the asker declares, unless characters would be lost', async () => {
    expect(await charsetAndName({ '00080005': 'ISO_IR 192', '00100020': 'K1' })).toEqual(['ISO_IR 192', KOREAN]);
    expect(await charsetAndName({ '00080005': 'ISO_IR 100', '00100020': 'F1' })).toEqual(['ISO_IR 100', 'Buc^Jérôme']);
    expect(await charsetAndName({ '00080005': 'ISO_IR 144', '00100020': 'R1' })).toEqual(['ISO_IR 144', 'Люкceмбypг']);
    expect((await charsetAndName({ '00080005': 'ISO_IR 100', '00100020': 'K1' }))[1]).toBe(KOREAN);
  });

  it('is what the device is set to', async () => {
    expect(await charsetAndName({ '00100020': 'K1' }, 'UTF8')).toEqual(['ISO_IR 192', KOREAN]);
    expect((await charsetAndName({ '00100020': 'K1' }, 'ASCII'))[1]).toContain('Hong^Gildong=');
  });
});

describe('a long answer', () => {
  let many: TestAppliance;

  beforeAll(async () => {
    many = await startTestAppliance();
    const client = await DimseClient.associate({ port: many.dicomPort, contexts: [[SC, [EXPLICIT]]] });
    for (const instance of makeStudy(1, 450, { pixelBytes: 0 })) await client.store(instance);
    await client.release();
  }, 60_000);

  afterAll(() => many.dispose());

  const viewer = (maximumLength: number) =>
    DimseClient.associate({ port: many.dicomPort, maximumLength, contexts: [[STUDY_ROOT_FIND, [IMPLICIT]]] });
  const everyImage = identifier({ '00080052': 'IMAGE', '00080018': '', '00200013': '' });

  it('comes whole over pages, whatever the peer takes at a time', async () => {
    for (const maximum of [0, 64, 16384]) {
      const client = await viewer(maximum);
      const { status, dataSets } = await client.find(everyImage);
      const numbers = new Set(dataSets.map((bytes) => plain(readImplicit(bytes)['00200013'])));
      expect([status, dataSets.length, numbers.size]).toEqual([0, 450, 450]);
      await client.release();
    }
  });

  it('ends with FE00H when the peer cancels', async () => {
    const client = await viewer(16384);
    const { status, dataSets } = await client.find(everyImage, { cancelAfter: 1 });
    expect(status).toBe(0xfe00);
    expect(dataSets.length).toBeLessThan(450);
    expect((await client.find(identifier({ '00080052': 'STUDY', '0020000D': '' }))).status).toBe(0);
    await client.release();
  });
});

describe('a device that may only send', () => {
  it('gets no context for queries', async () => {
    const client = await associate('SENDER');
    expect([...client.accepted.results.values()]).toEqual([0, 1]);
    await client.release();
  });
});
