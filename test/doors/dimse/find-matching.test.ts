/** Every kind of matching (PS3.4 C.2.2.2) for every key of the table, at every level of both models. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexOf } from '../../../src/dicom/dictionary.ts';
import { isAnsweredAt, QUERY_KEYS, type QueryKey, type QueryLevel } from '../../../src/dicom/query-keys.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import {
  EXPLICIT,
  IMPLICIT,
  identifier,
  implicit,
  PATIENT_ROOT_FIND,
  readImplicit,
  STUDY_ROOT_FIND,
  sequence,
} from '../../support/dimse-bytes.ts';
import { DimseClient, type FindResult } from '../../support/dimse-client.ts';
import { makeInstance } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const PATIENT_ID = 0x00100020;
const REQUESTS = 0x00400275;
const LEVELS: readonly (readonly [string, QueryLevel])[] = [
  [PATIENT_ROOT_FIND, 'PATIENT'],
  ...(['STUDY', 'SERIES', 'IMAGE'] as const).flatMap((level) =>
    [PATIENT_ROOT_FIND, STUDY_ROOT_FIND].map((root) => [root, level] as const),
  ),
];

/** A value of each matched key for two objects; those of the second come later in every order. */
function givenOf({ vr, tag, keyword }: QueryKey, n: 1 | 2): string {
  const serial = QUERY_KEYS.findIndex((key) => key.tag === tag);
  if (keyword === 'SOPClassesInStudy' || keyword === 'SOPClassUID') return n === 1 ? SC : CT;
  if (keyword === 'ModalitiesInStudy' || keyword === 'Modality') return n === 1 ? 'XA1' : 'ZZ2';
  switch (vr) {
    case 'DA':
      return `20${n}001${10 + (serial % 10)}`;
    case 'TM':
      return `0${n}30${10 + (serial % 50)}`;
    case 'UI':
      return `1.2.${serial}.${n}`;
    case 'IS':
      return `${n}${serial}`;
    case 'AS':
      return `0${n}1Y`;
    case 'PN':
      return `Name${serial}^Given${n}`;
    default:
      return `V${n} ${serial}[x]`.toUpperCase().slice(0, 16);
  }
}

const MATCHED = QUERY_KEYS.filter(({ matching }) => matching !== 'none');

let appliance: TestAppliance;
let client: DimseClient;

beforeAll(async () => {
  appliance = await startTestAppliance();
  client = await DimseClient.associate({
    port: appliance.dicomPort,
    callingAe: 'VIEWER',
    contexts: [
      [SC, [EXPLICIT]],
      [CT, [EXPLICIT]],
      [PATIENT_ROOT_FIND, [IMPLICIT]],
      [STUDY_ROOT_FIND, [IMPLICIT]],
    ],
  });
  for (const n of [1, 2] as const) {
    const keys = MATCHED.filter(({ column }) => column !== null);
    const attributes = Object.fromEntries(keys.map((key) => [key.keyword, givenOf(key, n)]));
    const { SOPClassUID: sopClassUid, SOPInstanceUID: sopInstanceUid } = attributes;
    const { StudyInstanceUID: studyInstanceUid, SeriesInstanceUID: seriesInstanceUid } = attributes;
    const uids = { sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid } as Record<string, string>;
    const requests = { vr: 'SQ', Value: [request(`A${n}`, `X${n}`), request(`B${n}`, `Y${n}`), request('"C', '')] };
    await client.store(makeInstance({ ...uids, attributes: { ...attributes, RequestAttributesSequence: requests } }));
  }
});

afterAll(async () => {
  await client.release();
  await appliance.dispose();
});

function request(step: string, procedure: string) {
  return { '00400009': { vr: 'SH', Value: [step] }, '00401001': { vr: 'SH', Value: [procedure] } };
}

const plain = (bytes: Buffer | undefined) => bytes?.toString('utf8').replace(/[\0 ]+$/, '') ?? '';

const FIRST = givenOf(QUERY_KEYS.find(({ tag }) => tag === PATIENT_ID) as QueryKey, 1);
const SECOND = givenOf(QUERY_KEYS.find(({ tag }) => tag === PATIENT_ID) as QueryKey, 2);

async function ask(root: string, level: QueryLevel, keys: Record<string, string | Buffer>): Promise<FindResult> {
  return client.find(identifier({ '00080052': level, '00100020': '', ...keys }), { sopClass: root });
}

/** Which of the two objects are found. */
async function found(root: string, level: QueryLevel, keys: Record<string, string | Buffer>): Promise<string[]> {
  const { status, dataSets } = await ask(root, level, keys);
  expect(status).toBe(0);
  return dataSets.map((answer) => plain(readImplicit(answer)['00100020'])).sort();
}

/** What a key may be asked with, and whom it finds. */
function questionsOf(key: QueryKey): [string, string[]][] {
  const [one, two] = [givenOf(key, 1), givenOf(key, 2)];
  const questions: [string, string[]][] = [
    ['', [FIRST, SECOND]],
    ['*', [FIRST, SECOND]],
    [one, [FIRST]],
    [`${one}\\${two}`, [FIRST, SECOND]],
  ];
  if (key.matching === 'date' || key.matching === 'time') {
    questions.push([`${one}-${two}`, [FIRST, SECOND]], [`-${one}`, [FIRST]], [`${two}-`, [SECOND]]);
    questions.push([`${one}-${one}`, [FIRST]]);
  }
  if (key.matching === 'wildcard' || key.matching === 'name') {
    const last = one.length - 1;
    questions.push([`${one.slice(0, last)}?`, key.keyword.includes('Modalit') ? [FIRST] : foundBy(key, last)]);
    questions.push([`*${one.slice(1)}`, [FIRST]], [`?${one.slice(1)}*`, [FIRST]], ['NO*SUCH', []]);
  }
  if (key.matching === 'name') questions.push([one.toUpperCase(), [FIRST]]);
  if (key.matching !== 'date' && key.matching !== 'time') questions.push(['9.9.9', []]);
  return questions;
}

/** Both values but for their last character are the same: the pattern finds both. */
function foundBy(key: QueryKey, last: number): string[] {
  return givenOf(key, 1).slice(0, last) === givenOf(key, 2).slice(0, last) ? [FIRST, SECOND] : [FIRST];
}

describe.each(LEVELS)('%s at %s level', (root, level) => {
  it.each(MATCHED.map((key) => [key.keyword, key] as const))('matches on %s in every way', async (_keyword, key) => {
    for (const [value, expected] of questionsOf(key)) {
      // The key that shows whom was found is itself one of those that are asked for.
      const answers = await found(root, level, { [hexOf(key.tag)]: value });
      expect([value, answers]).toEqual([value, expected]);
    }
  });

  it('answers every key of the level and above with its value, others empty and by FF01H', async () => {
    for (const key of MATCHED) {
      const { pendingStatuses, dataSets } = await ask(root, level, { '00100020': FIRST, [hexOf(key.tag)]: '' });
      const isAnswered = isAnsweredAt(key.tag, level);
      const both = key.tag === PATIENT_ID;
      expect(pendingStatuses).toEqual(Array(both ? 2 : 1).fill(isAnswered ? 0xff00 : 0xff01));
      const values = dataSets.map((answer) => plain(readImplicit(answer)[hexOf(key.tag)]));
      expect(values.sort()).toEqual(both ? [FIRST, SECOND] : [isAnswered ? givenOf(key, 1) : '']);
    }
  });
});

describe.each(LEVELS)('Request Attributes Sequence, %s at %s level', (root, level) => {
  const asking = (keys: Record<string, string>) => ({ '00400275': sequence(identifier(keys)) });

  it.each<[Record<string, string>, string[]]>([
    [{ '00400009': 'A1' }, [FIRST]],
    [{ '00400009': 'B?' }, [FIRST, SECOND]],
    [{ '00401001': '*2' }, [SECOND]],
    [{ '00400009': 'A1\\A2' }, [FIRST, SECOND]],
    [{ '00400009': 'A1', '00401001': 'X1' }, [FIRST]],
    [{ '00400009': 'A1', '00401001': 'Y1' }, []],
    [{ '00400009': '*', '00401001': 'Y2' }, [SECOND]],
    [{ '00400009': '"C' }, [FIRST, SECOND]],
    [{ '00400009': 'X1' }, []],
    [{ '00400009': '', '00401001': '' }, [FIRST, SECOND]],
  ])('finds by one item that matches every key: %j', async (keys, expected) => {
    expect(await found(root, level, asking(keys))).toEqual(expected);
  });

  it('is answered with what was asked for of its items', async () => {
    const { pendingStatuses, dataSets } = await ask(root, level, { '00100020': FIRST, ...asking({ '00401001': '' }) });
    const has = level === 'SERIES' || level === 'IMAGE';
    expect(pendingStatuses).toEqual([has ? 0xff00 : 0xff01]);
    const value = readImplicit(dataSets[0] as Buffer)['00400275'] as Buffer;
    const items: string[][] = [];
    for (let at = 0; at < value.length; ) {
      const length = value.readUInt32LE(at + 4);
      const item = readImplicit(value.subarray(at + 8, at + 8 + length));
      items.push(Object.entries(item).map(([tag, bytes]) => `${tag} ${plain(bytes)}`));
      at += 8 + length;
    }
    expect(items).toEqual(has ? [['00401001 X1'], ['00401001 Y1'], ['00401001 ']] : []);
  });

  it('says FF01H for what its items do not have, and refuses several items', async () => {
    const { pendingStatuses } = await ask(root, level, { '00100020': FIRST, ...asking({ '00321060': '' }) });
    expect(pendingStatuses).toEqual([0xff01]);
    const two = Buffer.concat([sequence(identifier({ '00400009': 'A1' })), sequence(identifier({ '00400009': 'A2' }))]);
    expect((await ask(root, level, { [hexOf(REQUESTS)]: two })).status).toBe(0xa900);
  });
});

it('keys with elements that are no keys at all leave the association as it was', async () => {
  const odd = Buffer.concat([identifier({ '00080052': 'STUDY' }), implicit(0x00090010, Buffer.from('PRIVATE '))]);
  expect((await client.find(odd, { sopClass: STUDY_ROOT_FIND })).status).toBe(0);
});
