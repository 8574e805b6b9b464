/** Modality Worklist, asked by DCMTK's findscu and by a client of our own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/dicom/charset.ts';
import { hexOf } from '../../../src/dicom/dictionary.ts';
import { WORKLIST_KEYS } from '../../../src/dicom/worklist-keys.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { dcmtkTool } from '../../support/dcmtk.ts';
import { IMPLICIT, identifier, implicit, readImplicit, sequence } from '../../support/dimse-bytes.ts';
import { DimseClient } from '../../support/dimse-client.ts';

const WORKLIST_FIND = '1.2.840.10008.5.1.4.31';
const NAME = '00100010';
const PATIENT_ID = '00100020';
const run = promisify(execFile);
const findscu = dcmtkTool('findscu');
const device = (aeTitle: string, charset?: string) => ({
  name: aeTitle,
  aeTitle,
  host: '127.0.0.1',
  port: null,
  may: ['worklist'],
  ...(charset !== undefined && { charset }),
});

let appliance: TestAppliance;

beforeAll(async () => {
  const devices = [device('XR1'), device('US1'), device('ASCII', 'ISO_IR 6'), { ...device('STORES'), may: ['store'] }];
  appliance = await startTestAppliance({ config: { devices } });
  const orders = [
    {
      patientId: '1',
      patientName: { alphabetic: 'Kim^Heejung', phonetic: '김희중' },
      modality: 'DX',
      startTime: '0930',
    },
    { patientId: '2', patientName: '이영희', modality: 'US', stationAeTitle: 'US1', startTime: '1400' },
    { patientId: '3', patientName: '똠방각', modality: 'DX', startDate: '20261125', startTime: '0800' },
    { patientId: '4', patientName: 'Smith^John', modality: 'CT', startDate: '20261126' },
    { patientId: '5', patientName: '최취소', modality: 'DX' },
  ];
  for (const order of orders) {
    const { order: made } = await appliance.worklist.put({ description: '흉부 PA', startDate: '20261124', ...order });
    if (order.patientId === '5') await appliance.worklist.cancel(made.id);
  }
});

afterAll(() => appliance.dispose());

const associate = (callingAe = 'XR1') =>
  DimseClient.associate({ port: appliance.dicomPort, callingAe, contexts: [[WORKLIST_FIND, [IMPLICIT]]] });

/** One sequence with one item. */
async function ask(keys: Record<string, string | Buffer>, step: Record<string, string> = {}, callingAe = 'XR1') {
  const client = await associate(callingAe);
  const stepKeys = { '00400002': '', ...step };
  const found = await client.find(identifier({ ...keys, '00400100': sequence(identifier(stepKeys)) }), {
    sopClass: WORKLIST_FIND,
  });
  await client.release();
  return { ...found, answers: found.dataSets.map(readImplicit) };
}

const plain = (bytes: Buffer | undefined) => bytes?.toString('latin1').replace(/[\0 ]+$/, '');
const patients = async (keys: Record<string, string>, step: Record<string, string> = {}) =>
  (await ask({ [PATIENT_ID]: '', ...keys }, step)).answers.map((answer) => plain(answer[PATIENT_ID])).sort();
const nameOf = (answer: Record<string, Buffer> | undefined) =>
  decodeText(answer?.[NAME] ?? Buffer.alloc(0), plain(answer?.['00080005'])?.split('\\') ?? [], 'PN').trim();

describe('the worklist matches', () => {
  it.each([
    ['everything that is to do', {}, {}, ['1', '2', '3', '4']],
    ['a station, and orders for every device', {}, { '00400001': 'XR1' }, ['1', '3', '4']],
    ['the station that an order names', {}, { '00400001': 'US1' }, ['1', '2', '3', '4']],
    ['a modality', {}, { '00080060': 'US' }, ['2']],
    ['a list of modalities', {}, { '00080060': 'US\\CT' }, ['2', '4']],
    ['a day', {}, { '00400002': '20261124' }, ['1', '2']],
    ['days', {}, { '00400002': '20261125-' }, ['3', '4']],
    ['a time of one day', {}, { '00400002': '20261124', '00400003': '0900-1200' }, ['1']],
    [
      'a span from a date and time to another',
      {},
      { '00400002': '20261124-20261125', '00400003': '1000-0900' },
      ['2', '3'],
    ],
    ['orders without a time at any time', {}, { '00400002': '20261126', '00400003': '0300-0400' }, ['4']],
    ['a Latin name without regard to case', { [NAME]: 'KIM*' }, {}, ['1']],
    ['a Hangul name', { [NAME]: '*희중' }, {}, ['1']],
    ['a Hangul name in one piece', { [NAME]: '이영희' }, {}, ['2']],
    ['a romanised name', { [NAME]: 'lee^?eonghui' }, {}, ['2']],
    ['a patient', { [PATIENT_ID]: '3' }, {}, ['3']],
    ['nobody', { [PATIENT_ID]: "x' OR '1'='1" }, {}, []],
    ['what is scheduled', {}, { '00400020': 'SCHEDULED' }, ['1', '2', '3', '4']],
    ['what has begun', {}, { '00400020': 'STARTED' }, []],
  ])('%s', async (_what, keys, step, expected) => {
    expect(await patients(keys as Record<string, string>, step as Record<string, string>)).toEqual(expected);
  });
});

describe('an answer', () => {
  it('holds what was asked for and nothing else', async () => {
    const { answers, pendingStatuses } = await ask({ [PATIENT_ID]: '1', '0020000D': '' }, { '00400001': '' });
    expect(Object.keys(answers[0] ?? {})).toEqual([PATIENT_ID, '0020000D', '00400100']);
    const step = readImplicit(((answers[0] as Record<string, Buffer>)['00400100'] as Buffer).subarray(8));
    expect([Object.keys(step), plain(step['00400001'])]).toEqual([['00400001', '00400002'], 'XR1']);
    expect(pendingStatuses).toEqual([0xff00]);
  });

  it('holds every attribute of Table K.6-1 that is asked for, with a value where it must have one', async () => {
    const tags = (place: string) => WORKLIST_KEYS.filter((key) => key.place === place);
    const asked = (place: string) => Object.fromEntries(tags(place).map(({ tag }) => [hexOf(tag), '']));
    const { answers, pendingStatuses } = await ask({ ...asked('request'), [PATIENT_ID]: '1' }, asked('step'));
    expect(pendingStatuses).toEqual([0xff00]);
    const request = answers[0] as Record<string, Buffer>;
    const step = readImplicit((request['00400100'] as Buffer).subarray(8));
    for (const [place, found] of [['request', request] as const, ['step', step] as const]) {
      expect(Object.keys(found)).toEqual(expect.arrayContaining(tags(place).map(({ tag }) => hexOf(tag))));
      const empty = tags(place).filter(({ tag, returnType }) => returnType === '1' && found[hexOf(tag)]?.length === 0);
      expect(empty).toEqual([]);
    }
  });

  it('is whole where a sequence is asked for without naming what is in it', async () => {
    const client = await associate();
    const { dataSets } = await client.find(identifier({ [PATIENT_ID]: '1', '00400100': '' }), {
      sopClass: WORKLIST_FIND,
    });
    await client.release();
    const step = readImplicit((readImplicit(dataSets[0] as Buffer)['00400100'] as Buffer).subarray(8));
    expect(Object.keys(step)).toEqual(
      expect.arrayContaining(['00080060', '00400001', '00400002', '00400003', '00400009']),
    );
  });

  it('says FF01H beside keys that are not supported, which it holds empty', async () => {
    const { answers, pendingStatuses } = await ask({ [PATIENT_ID]: '1', '00104000': '' });
    expect([pendingStatuses, answers[0]?.['00104000']?.length]).toEqual([[0xff01], 0]);
  });
});

describe('the character set', () => {
  it('is the smallest that loses nothing when the console says none', async () => {
    const first = async (id: string) => (await ask({ [PATIENT_ID]: id, [NAME]: '' })).answers[0];
    expect([plain((await first('1'))?.['00080005']), nameOf(await first('1'))]).toEqual([
      '\\ISO 2022 IR 149',
      'Kim^Heejung==김^희중',
    ]);
    expect([plain((await first('3'))?.['00080005']), nameOf(await first('3'))]).toEqual([
      'ISO_IR 192',
      expect.stringMatching(/==똠\^방각$/),
    ]);
    expect([plain((await first('4'))?.['00080005']), nameOf(await first('4'))]).toEqual([undefined, 'Smith^John']);
  });

  it('is what the console declares, with Latin letters where that does not hold Hangul', async () => {
    const declared = { '00080005': 'ISO_IR 100', [PATIENT_ID]: '2', [NAME]: '', '00321060': '' };
    const [answer] = (await ask(declared)).answers;
    expect([plain(answer?.['00080005']), nameOf(answer), plain(answer?.['00321060'])]).toEqual([
      'ISO_IR 100',
      'Lee^Yeonghui',
      'Hyungbu PA',
    ]);
  });

  it('is ASCII for a device that is set to it: the Latin group alone', async () => {
    const [answer] = (await ask({ [PATIENT_ID]: '1', [NAME]: '', '00321060': '' }, {}, 'ASCII')).answers;
    expect([plain(answer?.[NAME]), plain(answer?.['00321060'])]).toEqual(['Kim^Heejung', 'Hyungbu PA']);
  });

  it('of a device that is set to one stays, whatever its console declares', async () => {
    const [answer] = (await ask({ '00080005': 'ISO_IR 192', [PATIENT_ID]: '1', [NAME]: '' }, {}, 'ASCII')).answers;
    expect([plain(answer?.[NAME]), plain(answer?.['00080005'])]).toEqual(['Kim^Heejung', undefined]);
  });

  const cp949 = iconv.encode('김*', 'cp949');
  const utf8 = Buffer.from('김*');
  const escaped = Buffer.concat([Buffer.from('\u001b$)C', 'latin1'), cp949]);
  it.each<[string, string, Buffer, string | undefined]>([
    ['nothing, in CP949, from an ASCII console', 'ASCII', cp949, undefined],
    ['nothing, in UTF-8, from an ASCII console', 'ASCII', utf8, undefined],
    ['nothing, with an escape sequence', 'ASCII', escaped, undefined],
    ['ISO_IR 6', 'ASCII', cp949, 'ISO_IR 6'],
    ['ISO_IR 6', 'XR1', utf8, 'ISO_IR 6'],
    ['ISO_IR 100', 'XR1', cp949, 'ISO_IR 100'],
    ['UTF-8 for what is CP949', 'XR1', cp949, 'ISO_IR 192'],
    ['the Korean set for what is UTF-8', 'XR1', utf8, '\\ISO 2022 IR 149'],
    ['nothing, in CP949', 'XR1', cp949, undefined],
  ])('of a Hangul key is guessed where the console declares %s (%s)', async (_what, callingAe, name, charset) => {
    const declared: Record<string, string> = charset === undefined ? {} : { '00080005': charset };
    const { answers } = await ask({ ...declared, [NAME]: name, [PATIENT_ID]: '' }, {}, callingAe);
    expect(answers.map((answer) => plain(answer[PATIENT_ID]))).toEqual(['1']);
  });
});

describe('nonsense', () => {
  it.each([
    ['a date that is none', {}, { '00400002': 'tomorrow' }],
    ['a time that is none', {}, { '00400003': '99' }],
    ['a birth date that is none', { '00100030': 'x' }, {}],
  ])('is refused with A900H: %s', async (_what, keys, step) => {
    expect((await ask(keys as Record<string, string>, step as Record<string, string>)).status).toBe(0xa900);
  });

  it('in sequences is refused or ignored, and the association lives on', async () => {
    const client = await associate();
    const find = async (keys: Buffer) => (await client.find(keys, { sopClass: WORKLIST_FIND })).status;
    const item = sequence(identifier({ '00400002': '' }));
    let nested = identifier({ '00400002': '' });
    for (let depth = 0; depth < 200; depth++) nested = implicit(0x00400100, sequence(nested));
    expect(await find(identifier({ '00400100': Buffer.concat(Array(5000).fill(item)) }))).toBe(0xa900);
    expect(await find(nested)).toBe(0xa900);
    expect(await find(identifier({ '00400100': Buffer.from('no item at all..') }))).toBe(0xa900);
    expect(await find(identifier({ '00321064': Buffer.concat(Array(5000).fill(item)), [PATIENT_ID]: '' }))).toBe(
      0xa900,
    );
    expect(await find(identifier({ '00321064': Buffer.concat(Array(500).fill(item)), [PATIENT_ID]: '' }))).toBe(0);
    await client.release();
  });
});

describe('a device without the permission', () => {
  it.each(['STORES', 'STRANGER'])('gets no context: %s', async (callingAe) => {
    const client = await associate(callingAe).catch((error: Error) => error);
    const refused = client instanceof Error || [...client.accepted.results.values()].every((result) => result !== 0);
    if (!(client instanceof Error)) await client.release();
    expect(refused).toBe(true);
  });
});

describe('a long worklist', () => {
  it('comes whole over pages, soonest first, and ends with FE00H when it is cancelled', async () => {
    const many = await startTestAppliance({ config: { devices: [device('XR1')] } });
    await Promise.all(
      Array.from({ length: 450 }, (_, at) =>
        many.worklist.put({
          patientId: `P${at}`,
          patientName: 'A^B',
          modality: 'DX',
          description: 'x',
          startDate: '20261124',
          startTime: `${String(8 + (at % 10)).padStart(2, '0')}00`,
        }),
      ),
    );
    const client = await DimseClient.associate({
      port: many.dicomPort,
      callingAe: 'XR1',
      contexts: [[WORKLIST_FIND, [IMPLICIT]]],
    });
    const all = await client.find(identifier({ [PATIENT_ID]: '' }), { sopClass: WORKLIST_FIND });
    const ids = new Set(all.dataSets.map((bytes) => plain(readImplicit(bytes)[PATIENT_ID])));
    expect([all.status, all.dataSets.length, ids.size]).toEqual([0, 450, 450]);
    const cut = await client.find(identifier({ [PATIENT_ID]: '' }), { sopClass: WORKLIST_FIND, cancelAfter: 1 });
    expect([cut.status, cut.dataSets.length < 450]).toEqual([0xfe00, true]);
    await client.release();
    await many.dispose();
  });
});

describe.skipIf(findscu === undefined)('findscu -W', () => {
  const asks = async (...keys: string[]) => {
    const caller = keys.find((key) => key.startsWith('-aet='))?.slice(5) ?? 'XR1';
    const peer = ['-aet', caller, '-aec', 'CLINICPACS', '127.0.0.1', String(appliance.dicomPort)];
    const given = keys.filter((key) => !key.startsWith('-')).flatMap((key) => ['-k', key]);
    const { stdout, stderr } = await run(findscu as string, ['-W', ...peer, ...given], { encoding: 'buffer' });
    return Buffer.concat([stdout, stderr]);
  };
  const DATE = '(0040,0100)[0].0040,0002=20261124';

  it('reads Korean in ISO 2022 IR 149 and in UTF-8', async () => {
    const korean = (await asks('0008,0005=\\ISO 2022 IR 149', '0010,0010', '0010,0020=1', DATE)).toString('latin1');
    expect(korean).toContain('Kim^Heejung==\u001b$)C\u00b1\u00e8^\u001b$)C\u00c8\u00f1\u00c1\u00df');
    const utf8 = (await asks('0008,0005=ISO_IR 192', '0010,0010=*희중', DATE)).toString();
    expect(utf8).toContain('Kim^Heejung==김^희중');
  });

  it('shows an ASCII console the Latin group alone, also when it asks in Hangul', async () => {
    for (const name of ['*희중', 'KIM*']) {
      const answer = await asks(`0010,0010=${name}`, '0032,1060', '0010,0020', DATE, '-aet=ASCII');
      const text = answer.toString('latin1');
      expect(text).toMatch(/\[Kim\^Heejung ?\]/);
      expect(text).toContain('[Hyungbu PA]');
      expect(text).not.toMatch(/0008,0005|[\x80-\xff]/);
    }
  });

  it('matches in the sequence: station, modality, date and time', async () => {
    const patients = async (...keys: string[]) =>
      [...(await asks('0010,0020', ...keys)).toString('latin1').matchAll(/\(0010,0020\) LO \[(\w+) ?\]/g)].map(
        ([, id]) => id,
      );
    const step = '(0040,0100)[0]';
    expect(await patients(`${step}.0040,0001=CT9`, `${step}.0008,0060=DX`, `${step}.0040,0002=20261124`)).toEqual([
      '1',
    ]);
    expect(await patients(`${step}.0040,0002=20261124-20261125`, `${step}.0040,0003=0700-0815`)).toEqual([
      '1',
      '2',
      '3',
    ]);
    expect(await patients(`${step}.0040,0001=US1`, `${step}.0040,0002=20261124`)).toEqual(['1', '2']);
  });
});
