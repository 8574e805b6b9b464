/** The index of texts changes how fast an answer comes, never which one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeDataSet } from '../../src/archive/describe-instance.ts';
import { Connection, type Connections } from '../../src/db/connection.ts';
import { migrate } from '../../src/db/migrate.ts';
import { type Find, find } from '../../src/db/operations/find.ts';
import { type RegisteredFile, registerInstance } from '../../src/db/operations/register-instance.ts';
import { addToTextSearch, candidates } from '../../src/db/operations/text-search.ts';
import { attention, searchStudies } from '../../src/db/operations/worklist.ts';
import { tagOf } from '../../src/dicom/dictionary.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { makeInstance } from '../support/synthetic.ts';

const NAMES = [
  'Kim^Minjun==김^민준',
  'Hong^Gildong=洪^吉洞=홍^길동',
  '남궁^민',
  'Doe^Jane Mary',
  '',
  'KIM^ARA==김^아라',
  'é^Noël',
];

function emptyIndex(): Connections {
  const index = new Connection(':memory:', 'write');
  migrate(index, 'index');
  return { index, records: index };
}

let sequence = 0;
function add(connections: Connections, study: string, given: Partial<Parameters<typeof makeInstance>[0]>): void {
  sequence++;
  const instance = makeInstance({
    studyInstanceUid: study,
    seriesInstanceUid: `${study}.1`,
    sopInstanceUid: `${study}.1.${sequence}`,
    ...given,
  });
  const described = describeDataSet(readDataSet(instance.dataSet, instance.transferSyntaxUid));
  const at = new Date(1_795_000_000_000 + sequence).toISOString();
  registerInstance(connections, {
    ...described,
    ...{
      fileId: `20261124-aaaaaa-${sequence}`,
      dataSetOffset: 1000,
      dataSetLength: 100,
      transferSyntaxUid: '1.2.840.10008.1.2.1',
    },
    ...{ sha256: Buffer.alloc(32, sequence), receivedAt: at, receiveSequence: sequence },
    ...{ callingAe: 'CT1', peerAddress: '10.0.0.1', device: 'CT1', via: 'dimse' },
  } satisfies RegisteredFile);
}

/** The same studies, taken up by the index of texts up to a point, and not at all. */
function twoIndexes(taken: number): { indexed: Connections; plain: Connections } {
  const [indexed, plain] = [emptyIndex(), emptyIndex()];
  for (let n = 0; n < 40; n++) {
    const given = {
      patientName: NAMES[n % NAMES.length] as string,
      patientId: `P-${1000 + n}`,
      accessionNumber: `A${n % 13}[x]`,
    };
    const sopInstanceUid = `1.2.${n}.1.1`;
    for (const connections of [indexed, plain]) add(connections, `1.2.${n}`, { ...given, sopInstanceUid });
    if (n === taken) while (addToTextSearch(indexed, { limit: 7 }));
  }
  return { indexed, plain };
}

const ask = (connections: Connections, level: Find['level'], keys: Record<string, string>, fuzzy = false) =>
  find(connections, {
    level,
    limit: 3,
    keys: Object.entries(keys).map(([keyword, value]) => ({ tag: tagOf(keyword) as number, values: [value], fuzzy })),
  });

const SEARCHES = [
  '김*',
  '*민*',
  'kim^m*',
  'KIM*',
  '*길동',
  '홍?길동',
  '*洪*',
  '남궁*',
  'Doe^Jane M*',
  '*=*=김*',
  '*ë*',
  '*zz*',
  '*^*',
  '*',
  'j* doe',
];

describe('the index of texts', () => {
  it.each([-1, 39, 20])('gives the answers that all rows give, with studies up to number %i in it', (taken) => {
    const { indexed, plain } = twoIndexes(taken);
    for (const level of ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'] as const) {
      for (const value of SEARCHES) {
        for (const fuzzy of [false, true]) {
          const [a, b] = [indexed, plain].map((one) => ask(one, level, { PatientName: value }, fuzzy));
          expect(a, `${level} ${value} ${fuzzy}`).toEqual(b);
        }
      }
      for (const keys of [
        { PatientID: '*102*' },
        { PatientID: 'p-10*' },
        { AccessionNumber: '*1*[x]' },
        { PatientID: '*3*', PatientName: '*민*' },
      ]) {
        expect(ask(indexed, level, keys as Record<string, string>)).toEqual(
          ask(plain, level, keys as Record<string, string>),
        );
      }
    }
    for (const text of ['민', '길동', '홍길동', 'ㄱㅁㅈ', 'kim m', 'a1', 'p-101', 'zz', 'jane', '洪']) {
      const [a, b] = [indexed, plain].map((one) => searchStudies(one, { text, limit: 3 }).map(({ id }) => id));
      expect(a, text).toEqual(b);
    }
  });

  it('finds every part of a text, whatever its letters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 12 }),
        fc.nat(11),
        fc.integer({ min: 1, max: 6 }),
        (text, from, length) => {
          const connections = emptyIndex();
          add(connections, '1.2', { patientName: 'a' });
          connections.index.run('UPDATE studies SET search_text = ?', text.replaceAll('\n', ' '));
          addToTextSearch(connections, { limit: 10 });
          const part = text.replaceAll('\n', ' ').slice(from, from + length);
          const found = candidates(connections.index, [part], 10);
          expect(found === undefined || found.includes(1)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('narrows a search down to what may match', () => {
    const { indexed } = twoIndexes(39);
    expect(candidates(indexed.index, ['1007'], 10)).toHaveLength(1);
    expect(candidates(indexed.index, ['없'], 10)).toEqual([]);
  });

  it('knows an Accession Number that a later image of the study brought', () => {
    const connections = emptyIndex();
    add(connections, '1.2', { patientName: 'Hong^Gildong', patientId: 'P1', accessionNumber: '' });
    addToTextSearch(connections, { limit: 10 });
    add(connections, '1.2', { patientName: 'Hong^Gildong', patientId: 'P1', accessionNumber: 'ACC77' });
    expect(searchStudies(connections, { text: 'acc77', limit: 10 })).toHaveLength(1);
    expect(ask(connections, 'STUDY', { AccessionNumber: '*C77' }).count).toBe(1);
  });
});

describe('a Study Instance UID under two patients', () => {
  it('is found without looking at all studies', () => {
    const connections = emptyIndex();
    add(connections, '1.2', { patientId: 'P1' });
    add(connections, '1.3', { patientId: 'P1' });
    expect(attention(connections, { limit: 10 }).sharedStudyUids).toEqual([]);
    add(connections, '1.2', { patientId: 'P2' });
    expect(attention(connections, { limit: 10 }).sharedStudyUids).toMatchObject([
      { studyInstanceUid: '1.2', studies: [{}, {}] },
    ]);
  });
});
