/** The state machine of performed steps, by a model: any order of reports leaves each order as all of its steps say. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Archive } from '../../src/archive/archive.ts';
import { statusBySteps } from '../../src/db/operations/performed-steps.ts';
import { readDataSet } from '../../src/dicom/read-data-set.ts';
import { createLog } from '../../src/log.ts';
import { Worklist } from '../../src/worklist/worklist.ts';
import { openArchive } from '../support/archive.ts';
import { IMPLICIT } from '../support/dimse-bytes.ts';
import { newStep, stepStatus } from '../support/mpps.ts';

const ENDS = ['COMPLETED', 'DISCONTINUED'];

let archive: Archive;
let worklist: Worklist;
let number = 0;

beforeAll(async () => {
  archive = await openArchive();
  worklist = new Worklist({ database: archive.database, log: createLog({ level: 'silent' }), timeZone: 'Asia/Seoul' });
});
afterAll(() => archive.close());

const data = (bytes: Buffer) => readDataSet(bytes, IMPLICIT);
const makeOrder = async () =>
  (await worklist.put({ patientId: `P${++number}`, patientName: '김희중', modality: 'DX', description: 'x' })).order;

type Report = { step: number; as: 'new' | 'IN PROGRESS' | 'COMPLETED' | 'DISCONTINUED' | 'nonsense' };
const report: fc.Arbitrary<Report> = fc.record({
  step: fc.integer({ min: 0, max: 2 }),
  as: fc.constantFrom('new', 'IN PROGRESS', 'COMPLETED', 'DISCONTINUED', 'nonsense'),
});

/** What must be answered; `states` is the model, which follows. */
function expected(states: Map<number, string>, { step, as }: Report): string {
  const known = states.get(step);
  if (as === 'new') {
    if (known !== undefined) return 'duplicate';
    states.set(step, 'IN PROGRESS');
    return 'done';
  }
  if (known === undefined) return 'unknown';
  if (ENDS.includes(known)) return 'closed';
  if (as === 'nonsense') return 'invalid-status';
  states.set(step, as);
  return 'done';
}

describe('reports of performed steps', () => {
  it('in any order are answered as the Standard says, and leave the order as its steps say together', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(report, { maxLength: 12 }), async (reports) => {
        const order = await makeOrder();
        const states = new Map<number, string>();
        const uid = (step: number) => `1.2.${order.id}.${step}`;
        for (const each of reports) {
          const outcome =
            each.as === 'new'
              ? await worklist.performedSteps.create(uid(each.step), data(newStep(order)), 'XR1@127.0.0.1')
              : await worklist.performedSteps.set(uid(each.step), data(stepStatus(each.as)));
          expect(outcome.kind).toBe(expected(states, each));
        }
        const steps = [...states.values()].map((status) => ({ status: status as 'COMPLETED', wrongEntry: false }));
        const status = states.size === 0 ? 'scheduled' : statusBySteps(steps);
        expect((await worklist.order(order.id))?.status).toBe(status);
      }),
      { numRuns: 60 },
    );
  });

  it('that arrive at the same moment make one step', async () => {
    const order = await makeOrder();
    const create = () => worklist.performedSteps.create(`1.3.${order.id}`, data(newStep(order)), 'XR1@127.0.0.1');
    const kinds = (await Promise.all([create(), create(), create()])).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['done', 'duplicate', 'duplicate']);
    const set = () => worklist.performedSteps.set(`1.3.${order.id}`, data(stepStatus('COMPLETED')));
    expect((await Promise.all([set(), set()])).map(({ kind }) => kind).sort()).toEqual(['closed', 'done']);
  });
});

describe('an order by its steps', () => {
  it.each([
    [['IN PROGRESS', 'COMPLETED'], 'in-progress'],
    [['DISCONTINUED', 'COMPLETED'], 'completed'],
    [['DISCONTINUED'], 'discontinued'],
  ])('%j is %s', (statuses, status) => {
    expect(statusBySteps(statuses.map((each) => ({ status: each as 'COMPLETED', wrongEntry: false })))).toBe(status);
  });

  it('is still to be done when only a wrong choice was discontinued', () => {
    expect(statusBySteps([{ status: 'DISCONTINUED', wrongEntry: true }])).toBe('scheduled');
  });
});
