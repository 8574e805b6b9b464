/** Orders in the database: what a modality asks for goes through an index, and only open orders are walked. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Connection, type Connections } from '../../src/db/connection.ts';
import { migrate } from '../../src/db/migrate.ts';
import type { OrderKey } from '../../src/db/operations/order-matching.ts';
import { findScheduledSteps, scheduledStepsSql } from '../../src/db/operations/order-query.ts';
import { ORDER_FIELDS, type OrderContent, putOrder } from '../../src/db/operations/orders.ts';
import { boundsOf, haveSameForm, matchesApart, matchesSpan, written } from '../support/date-time-oracle.ts';

const PATIENT_ID = 0x00100020;
const step = (tag: number, ...values: string[]): OrderKey => ({ place: 'step', tag, values });
const request = (tag: number, ...values: string[]): OrderKey => ({ place: 'request', tag, values });

const connections: Connections = {
  index: new Connection(':memory:', 'write'),
  records: new Connection(':memory:', 'write'),
};
const { index, records } = connections;
const empty = Object.fromEntries(ORDER_FIELDS.map((field) => [field, ''])) as unknown as OrderContent;

function put(fields: Partial<OrderContent>, now = '2026-11-24T00:00:00.000Z') {
  const content = { ...empty, modality: 'DX', startDate: '20261124', ...fields };
  return putOrder(connections, { content, startDateIsGiven: true, studyInstanceUid: `1.2.${Math.random()}`, now })
    .order;
}

/** 200,000 orders of five years, nearly all of them done long ago. */
function fillUp(): void {
  const names = records.all<{ name: string }>(`SELECT name FROM pragma_table_info('orders')`).map(({ name }) => name);
  const own: Record<string, string> = {
    id: 'n',
    order_number: 'NULL',
    status: `CASE WHEN n % 50 = 0 THEN 'scheduled' ELSE 'completed' END`,
    study_instance_uid: `'1.3.' || n`,
    patient_id: `'P' || (n % 30000)`,
    accession_number: `'A' || n`,
    scheduled_procedure_step_id: `'SP' || n`,
    start_date: `strftime('%Y%m%d', '2021-11-24', (n / 110) || ' days')`,
    modality: `'DX'`,
    folded_patient_name: `'["kim^heejung","김^희중"]'`,
  };
  const values = names.map((name) => own[name] ?? (name.startsWith('folded_') ? `'[]'` : `''`));
  records.run(
    `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 200000)
     INSERT INTO orders (${names.join(', ')}) SELECT ${values.join(', ')} FROM c`,
  );
}

beforeAll(() => {
  migrate(index, 'index');
  migrate(records, 'records');
  fillUp();
});

function planOf(keys: OrderKey[], after?: { startDate: string; startTime: string; id: number }): string[] {
  const { sql, values } = scheduledStepsSql(keys, 200, after);
  return records.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map(({ detail }) => detail);
}

describe('the plan of a worklist query among 200,000 orders', () => {
  const today = step(0x00400002, '20261124');
  const hot: [string, OrderKey[], string][] = [
    ['today', [today], 'SEARCH orders USING INDEX orders_to_do'],
    ['today for a station', [today, step(0x00400001, 'XR1')], 'SEARCH orders USING INDEX orders_to_do'],
    ['today, a modality', [today, step(0x00080060, 'DX')], 'SEARCH orders USING INDEX orders_to_do'],
    ['today by name', [today, request(0x00100010, '김*')], 'SEARCH orders USING INDEX orders_to_do'],
    [
      'days and times',
      [step(0x00400002, '20261124-'), step(0x00400003, '0800-')],
      'SEARCH orders USING INDEX orders_to_do',
    ],
    ['a patient', [request(PATIENT_ID, 'P1')], 'SEARCH orders USING INDEX orders_by_patient_id'],
    ['an accession number', [request(0x00080050, 'A1')], 'SEARCH orders USING INDEX orders_by_accession'],
    ['a step', [step(0x00400009, 'SP1')], 'SEARCH orders USING INDEX orders_by_step_id'],
    ['a study', [request(0x0020000d, '1.2')], 'SEARCH orders USING INDEX sqlite_autoindex_orders'],
    ['everything', [], 'SCAN orders USING INDEX orders_to_do'],
    ['a name on any day', [request(0x00100010, 'KIM*')], 'SCAN orders USING INDEX orders_to_do'],
    ['part of a patient id', [request(PATIENT_ID, 'P*')], 'SCAN orders USING INDEX orders_to_do'],
  ];

  it.each(hot)('%s', (_what, keys, index) => {
    const plan = planOf(keys);
    expect(plan[0]).toMatch(index);
    expect(plan.filter((step) => /^SCAN orders(?! USING INDEX orders_to_do)/.test(step))).toEqual([]);
  });

  it('goes on to the next page where the last ended, without sorting', () => {
    const plan = planOf([], { startDate: '20261124', startTime: '', id: 7 });
    expect(plan).toEqual([expect.stringMatching('SEARCH orders USING INDEX orders_to_do')]);
  });
});

describe('worklist queries', () => {
  const found = (...keys: OrderKey[]) =>
    findScheduledSteps(connections, { keys: [step(0x00400002, '20400101'), ...keys], limit: 100 })
      .orders.map(({ patientId }) => patientId)
      .sort();
  const codes = JSON.stringify([
    { value: 'G2101', scheme: 'EDI', meaning: '흉부 1매' },
    { value: 'X1', scheme: 'L', meaning: 'local' },
  ]);

  beforeAll(() => {
    const startDate = '20400101';
    put({
      startDate,
      patientId: 'N1',
      patientName: 'Kim^Heejung==김^희중',
      startTime: '090000',
      procedureCodes: codes,
    });
    put({
      startDate,
      patientId: 'N2',
      patientName: 'Lee^Younghee=李英姬=이^영희',
      startTime: '100000',
      priority: 'STAT',
    });
    put({ startDate, patientId: 'N3', patientName: 'Smith^John^Q', performingPhysicianName: 'Park^Jisung==박^지성' });
    put({ startDate, patientId: 'n1', patientName: '[x]^*', stationAeTitle: 'US1' });
  });

  it.each<[string, OrderKey[], string[]]>([
    ['no key', [], ['N1', 'N2', 'N3', 'n1']],
    ['universal values', [request(PATIENT_ID, '*'), request(0x00100010, '*')], ['N1', 'N2', 'N3', 'n1']],
    ['a list', [request(PATIENT_ID, 'N1', 'N2')], ['N1', 'N2']],
    ['case of other keys', [request(PATIENT_ID, 'N?')], ['N1', 'N2', 'N3']],
    ['a name without regard to case', [request(0x00100010, 'kIM*')], ['N1']],
    ['a name typed with a space', [request(0x00100010, 'KIM HEE*')], ['N1']],
    ['a name typed in one piece', [request(0x00100010, 'KIMHEEJUNG')], ['N1']],
    ['two groups, both', [request(0x00100010, 'Lee*==이*')], ['N2']],
    ['two groups of different people', [request(0x00100010, 'Lee*==김*')], []],
    ['Hanja', [request(0x00100010, '=李*')], ['N2']],
    ['brackets that mean themselves', [request(0x00100010, '[x]*')], ['n1']],
    ['trailing components', [request(0x00100010, 'smith^john^q^^')], ['N3']],
    ['a physician', [step(0x00400006, '박*')], ['N3']],
    ['a priority', [request(0x00401003, 'STAT')], ['N2']],
    ['a station, with orders for every device', [step(0x00400001, 'US?')], ['N1', 'N2', 'N3', 'n1']],
    ['another station', [step(0x00400001, 'CT1')], ['N1', 'N2', 'N3']],
    ['a code', [request(0x00321064, 'G2101', 'EDI', '')], ['N1']],
    ['parts of two different codes', [request(0x00321064, 'G2101', 'L', '')], []],
    ['a code by its meaning', [request(0x00321064, '', '', '흉부*')], ['N1']],
    ['an exact time, and orders without one', [step(0x00400003, '0900')], ['N1', 'N3', 'n1']],
    ['until a time', [step(0x00400003, '-0930')], ['N1', 'N3', 'n1']],
    ['from a time', [step(0x00400003, '0930-')], ['N2', 'N3', 'n1']],
  ])('by %s', (_what, keys, expected) => {
    expect(found(...keys)).toEqual([...expected].sort());
  });

  it.each([step(0x00400002, 'soon'), step(0x00400003, '9 o’clock'), request(0x00100030, '1980-1990')])(
    'refuse what is no date and no time: $values',
    (key) => {
      expect(() => findScheduledSteps(connections, { keys: [key], limit: 1 })).toThrow(
        expect.objectContaining({ code: 'QUERY_INVALID' }),
      );
    },
  );
});

describe('a range of dates with a range of times', () => {
  const DAYS = ['20410101', '20410102', '20410103'];
  const TIMES = ['', '000000', '080000', '103000', '235959'];
  const moments = DAYS.flatMap((date) => TIMES.map((time) => ({ date, time })));
  const days = boundsOf([...DAYS, '20401231', '20410104']);
  const times = boundsOf(['00', '07', '08', '1030', '103001', '23', '235959']);

  it('finds what a look at every order finds: one span where both have one form', () => {
    for (const { date, time } of moments) put({ startDate: date, startTime: time, patientId: `T ${date} ${time}` });
    fc.assert(
      fc.property(days, times, (day, time) => {
        const keys = [request(PATIENT_ID, 'T *'), step(0x00400002, written(day)), step(0x00400003, written(time))];
        const { orders } = findScheduledSteps(connections, { keys, limit: 100 });
        const expected = moments.filter((one) =>
          haveSameForm(day, time) ? matchesSpan(one, day, time) : matchesApart(one, day, time, true),
        );
        expect(orders.map(({ startDate, startTime }) => ({ date: startDate, time: startTime }))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('numbers of orders', () => {
  it('that are made here are on no other order and on no image', () => {
    const { id, accessionNumber } = put({});
    const next = accessionNumber.replace(String(id), String(id + 1));
    expect(next).not.toBe(accessionNumber);
    index.run(
      `INSERT INTO studies (study_instance_uid, patient_key, accession_number, name_alphabetic, name_ideographic,
         name_phonetic, search_text, received_at, last_received_at, receive_sequence)
       VALUES ('9.9', 'id:x', ?, '', '', '', '', '', '', 1)`,
      next,
    );
    expect(put({}).accessionNumber).toBe(accessionNumber.replace(String(id), String(id + 2)));
  });
});
