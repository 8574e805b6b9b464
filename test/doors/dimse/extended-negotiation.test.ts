/** SOP Class Extended Negotiation (PS3.7 D.3.3.5) and what it makes of a C-FIND (PS3.4 C.5.1.1, C.2.2.2.5). */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { boundsOf, haveSameForm, matchesApart, matchesSpan, written } from '../../support/date-time-oracle.ts';
import {
  EXPLICIT,
  extendedItem,
  IMPLICIT,
  identifier,
  PATIENT_ROOT_FIND,
  PATIENT_ROOT_GET,
  readImplicit,
  STUDY_ROOT_FIND,
  STUDY_ROOT_GET,
  STUDY_ROOT_MOVE,
  VERIFICATION,
} from '../../support/dimse-bytes.ts';
import { DimseClient, NotAccepted } from '../../support/dimse-client.ts';
import { makeInstance } from '../../support/synthetic.ts';

const SC = '1.2.840.10008.5.1.4.1.1.7';
const WORKLIST = '1.2.840.10008.5.1.4.31';
const PRINT = '1.2.840.10008.5.1.1.9';
const CLASSES = [STUDY_ROOT_FIND, PATIENT_ROOT_FIND, STUDY_ROOT_GET, PATIENT_ROOT_GET, STUDY_ROOT_MOVE, WORKLIST, SC];

const DATES = ['20260101', '20260102', '20260103', '20260104'];
const TIMES = ['', '08', '1030', '103000', '103000.5', '105959', '235959.999999', '000000'];
const STUDIES = DATES.flatMap((date) => TIMES.map((time) => ({ date, time, patientId: `${date} ${time}` })));

let appliance: TestAppliance;

beforeAll(async () => {
  const may = ['store', 'query', 'retrieve', 'worklist'];
  const devices = ['VIEWER', 'SENDER'].map((aeTitle) => ({
    name: aeTitle,
    aeTitle,
    host: '127.0.0.1',
    port: null,
    may: aeTitle === 'VIEWER' ? may : ['store'],
  }));
  appliance = await startTestAppliance({ config: { devices } });
  const client = await associate();
  for (const { date, time, patientId } of STUDIES) {
    const patientName = patientId === '20260101 08' ? 'Hong^Gildong=洪^吉洞=홍^길동' : 'Test^Patient';
    await client.store(makeInstance({ patientId, patientName, studyDate: date, studyTime: time }));
  }
  await client.release();
});

afterAll(() => appliance.dispose());

function associate(asked: readonly Buffer[] = [], callingAe = 'VIEWER'): Promise<DimseClient> {
  return DimseClient.associate({
    port: appliance.dicomPort,
    callingAe,
    contexts: [...CLASSES, VERIFICATION, PRINT].map((sopClass) => [sopClass, [sopClass === SC ? EXPLICIT : IMPLICIT]]),
    userItems: asked,
  });
}

/** What is answered about one SOP class; null: nothing. */
async function answerTo(sopClass: string, information: readonly number[], callingAe?: string) {
  const client = await associate([extendedItem(sopClass, information)], callingAe);
  await client.release();
  const [answer] = client.accepted.extended;
  if (answer === undefined) return null;
  expect(answer[0]).toBe(sopClass);
  return [...answer[1]];
}

describe('extended negotiation', () => {
  it.each([STUDY_ROOT_FIND, PATIENT_ROOT_FIND])(
    'answers for queries (%s) what is done of what is asked',
    async (sop) => {
      expect(await answerTo(sop, [1, 1, 1, 1, 1])).toEqual([1, 1, 1, 0, 0]);
      expect(await answerTo(sop, [0, 1, 0])).toEqual([0, 1, 0]);
      expect(await answerTo(sop, [1])).toEqual([1]);
      expect(await answerTo(sop, [1, 1, 1, 1, 1, 1, 7])).toEqual([1, 1, 1, 0, 0]);
      expect(await answerTo(sop, [2, 255])).toEqual([0, 0]);
      expect(await answerTo(sop, [])).toEqual([]);
    },
  );

  it('answers for retrievals, the worklist and storage', async () => {
    expect(await answerTo(STUDY_ROOT_GET, [1, 1])).toEqual([1, 0]);
    expect(await answerTo(PATIENT_ROOT_GET, [1])).toEqual([1]);
    expect(await answerTo(STUDY_ROOT_MOVE, [1, 1])).toEqual([1, 0]);
    expect(await answerTo(WORKLIST, [1, 1, 1, 1])).toEqual([1, 1, 0, 0]);
    expect(await answerTo(SC, [3, 0, 0, 0, 2, 0])).toEqual([2, 0, 3, 0, 0, 0]);
  });

  it('is silent about what has no such negotiation, is not served, not proposed or not allowed', async () => {
    expect(await answerTo(VERIFICATION, [1])).toBeNull();
    expect(await answerTo(PRINT, [1])).toBeNull();
    expect(await answerTo('1.2.840.10008.5.1.4.1.1.2', [2, 0, 3, 0, 0, 0])).toBeNull();
    expect(await answerTo(STUDY_ROOT_FIND, [1, 1, 1], 'SENDER')).toBeNull();
  });

  it('answers a SOP class once, and aborts for an item that is cut', async () => {
    const twice = await associate([extendedItem(STUDY_ROOT_FIND, [1]), extendedItem(STUDY_ROOT_FIND, [1, 1, 1])]);
    expect(twice.accepted.extended).toEqual([[STUDY_ROOT_FIND, Buffer.from([1])]]);
    await twice.release();
    const cut = associate([extendedItem(STUDY_ROOT_FIND, [], 500)]);
    await expect(cut).rejects.toThrow(NotAccepted);
  });
});

/** Patient IDs that a STUDY query finds. */
async function find(client: DimseClient, keys: Record<string, string>, sopClass = STUDY_ROOT_FIND): Promise<string[]> {
  const found = await client.find(identifier({ '00080052': 'STUDY', '00100020': '', ...keys }), { sopClass });
  expect(found.status).toBe(0);
  return found.dataSets.map((answer) => readImplicit(answer)['00100020']?.toString().trim() ?? '').sort();
}

const days = boundsOf([...DATES, '20251231', '20260105']);
const times = boundsOf([
  '00',
  '07',
  '08',
  '0800',
  '10',
  '1030',
  '103000',
  '103000.4',
  '103000.5',
  '1059',
  '235959.999999',
]);

describe('date and time together', () => {
  it.each([
    [STUDY_ROOT_FIND, true],
    [PATIENT_ROOT_FIND, true],
    [STUDY_ROOT_FIND, false],
  ])('%s, negotiated %s: finds what a look at every study finds', async (sopClass, negotiated) => {
    const client = await associate(negotiated ? [extendedItem(sopClass, [0, 1])] : []);
    await fc.assert(
      fc.asyncProperty(days, times, async (day, time) => {
        const asSpan = negotiated && haveSameForm(day, time);
        const expected = STUDIES.filter((study) => (asSpan ? matchesSpan : matchesApart)(study, day, time));
        const found = await find(client, { '00080020': written(day), '00080030': written(time) }, sopClass);
        expect(found).toEqual(expected.map(({ patientId }) => patientId.trim()).sort());
      }),
      { numRuns: 150 },
    );
    await client.release();
  });

  it('of the series and image level below a study are one span of the same series', async () => {
    const client = await associate([extendedItem(STUDY_ROOT_FIND, [0, 1])]);
    const attributes = { SeriesDate: '20260210', SeriesTime: '0900', ContentDate: '20260211', ContentTime: '2300' };
    await client.store(makeInstance({ patientId: 'BELOW', attributes }));
    const span = (date: string, from: string, to: string, keys: [string, string]) =>
      find(client, { [keys[0]]: date, [keys[1]]: `${from}-${to}` });
    const series: [string, string] = ['00080021', '00080031'];
    const content: [string, string] = ['00080023', '00080033'];
    expect(await span('20260209-20260211', '18', '06', series)).toEqual(['BELOW']);
    expect(await span('20260210-20260211', '10', '06', series)).toEqual([]);
    expect(await span('20260210-20260211', '22', '2301', content)).toEqual(['BELOW']);
    expect(await span('20260210-20260211', '22', '2259', content)).toEqual([]);
    await client.release();
  });
});

describe('names', () => {
  const keys = { '00080005': 'ISO_IR 192', '00100010': '길동 hong' };

  it('are matched by their words where that was negotiated, and only then', async () => {
    const fuzzy = await associate([extendedItem(STUDY_ROOT_FIND, [0, 0, 1])]);
    expect(await find(fuzzy, keys)).toEqual(['20260101 08']);
    expect(await find(fuzzy, { '00100010': 'gil' })).toEqual(['20260101 08']);
    await fuzzy.release();
    const exact = await associate([extendedItem(STUDY_ROOT_FIND, [1, 1, 0])]);
    expect(await find(exact, keys)).toEqual([]);
    expect(await find(exact, { '00100010': 'gil' })).toEqual([]);
    await exact.release();
  });
});
