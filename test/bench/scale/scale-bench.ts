/** `npm run bench -- --scale`: how searches, start, memory and receiving change from 10,000 to 1,000,000 instances. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '../../../src/db/connection.ts';
import { startAppliance } from '../appliance-target.ts';
import { Measures, median } from '../measures.ts';
import { sendOnSeveral } from '../send.ts';
import { peakMb, residentMb } from '../server-cost.ts';
import { makeImages } from '../synthetic-data.ts';
import { inOrder } from '../target.ts';
import { timeEach } from '../web-client.ts';
import { ask, echo } from './ask.ts';
import { CLINIC_STUDIES } from './clinic.ts';
import { fillIndex } from './fill-index.ts';
import { questions, SLOW_PATH } from './questions.ts';

const STEPS = [2_000, 20_000, CLINIC_STUDIES];
const TIMES = 60;
const TEXTS_WAIT_MS = 120_000;

interface Step {
  readonly instances: number;
  readonly ms: ReadonlyMap<string, { p50: number; p95: number }>;
}

/** Lines of the report. */
export async function benchScale(folder: string): Promise<string[]> {
  const newest = Date.now();
  const steps: Step[] = [];
  let data = folder;
  for (const studies of STEPS) {
    data = join(folder, `scale-${studies}`);
    mkdirSync(data, { recursive: true });
    console.log(`filling an index of ${studies} studies`);
    const instances = fillIndex(data, CLINIC_STUDIES - studies, CLINIC_STUDIES, newest);
    steps.push({ instances, ms: await measured(data, studies, newest) });
  }
  const receiving = await benchReceiving(folder, data);
  return [...curve(steps), '', ...receiving];
}

async function measured(data: string, studies: number, newest: number): Promise<Step['ms']> {
  const ms = new Map<string, { p50: number; p95: number }>();
  const note = (what: string, each: readonly number[]) =>
    ms.set(what, { p50: median(each), p95: percentile(each, 95) });
  const begun = performance.now();
  let target = await startAppliance(data, false);
  await textsTakenUp(data);
  await target.end();
  const starts: number[] = [];
  for (let n = 0; n < 3; n++) {
    if (n > 0) await target.end();
    const start = performance.now();
    target = await startAppliance(data, false);
    await echo(target);
    starts.push(performance.now() - start);
  }
  console.log(`ready after ${Math.round(performance.now() - begun)} ms`);
  note('start to the first C-ECHO', starts);
  const all = questions(CLINIC_STUDIES - studies, studies, newest);
  for (const { what, request } of all) {
    let n = 0;
    const once = () => ask(target, request(n++));
    await timeEach(5, once);
    note(what, await timeEach(TIMES, once));
  }
  note('slow query: all studies gone through', await timeEach(10, () => ask(target, { path: SLOW_PATH })));
  const [first] = all;
  let slow = true;
  const slowly = (async () => {
    while (slow) await Promise.all([0, 1].map(() => ask(target, { path: SLOW_PATH })));
  })();
  note('beside two slow queries: /healthz', await timeEach(200, () => ask(target, { path: '/healthz' })));
  if (first) note(`beside two slow queries: ${first.what}`, await timeEach(30, () => ask(target, first.request(0))));
  slow = false;
  await slowly;
  const memory = [residentMb(target.pid)];
  note('resident memory afterwards, MB', memory);
  note('most memory, MB', [peakMb(target.pid)]);
  await target.end();
  return ms;
}

/** Waits until the appliance has taken all studies up into the index of texts. */
async function textsTakenUp(data: string): Promise<void> {
  const index = new Connection(join(data, 'index.sqlite'), 'read');
  const newestOf = (table: string) => index.get<{ id: number | null }>(`SELECT max(id) AS id FROM ${table}`)?.id ?? 0;
  const until = performance.now() + TEXTS_WAIT_MS;
  while (newestOf('study_search_docsize') < newestOf('studies') && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  index.close();
}

/** The same images into an empty archive and into the full one, in turns. */
async function benchReceiving(folder: string, data: string): Promise<string[]> {
  const empty = { ...(await startAppliance(join(folder, 'empty'), false)), name: 'empty' };
  const full = { ...(await startAppliance(data, false)), name: 'full' };
  const measures = new Measures();
  const loads = [
    { kind: 'tiny', count: 300, associations: 1 },
    { kind: 'tiny', count: 600, associations: 4 },
    { kind: 'ct', count: 200, associations: 1 },
  ] as const;
  for (let round = -1; round < 4; round++) {
    for (const { kind, count, associations } of loads) {
      const studies = makeImages(join(folder, 'sent'), kind, count, `scale ${round} ${associations}`);
      const files = studies.map((study) => study.files);
      for (const target of inOrder([empty, full], round + 2)) {
        const work = () => sendOnSeveral(target, files, associations);
        if (round < 0) await work();
        else await measures.take(`C-STORE ${kind} ×${associations}`, target, count, work);
      }
      rmSync(join(folder, 'sent'), { recursive: true });
    }
  }
  await empty.end();
  await full.end();
  const rows = loads.map(({ kind, associations }) => {
    const what = `C-STORE ${kind} ×${associations}`;
    const [a, b] = ['empty', 'full'].map((name) => measures.of(what, name)) as [Of, Of];
    const ratio = median(b.perSecond) / median(a.perSecond);
    const cells = [a, b].map((of) => `${median(of.perSecond).toFixed(0)} (${median(of.cpuMs).toFixed(2)})`);
    return `| ${what} | ${cells.join(' | ')} | ×${ratio.toFixed(2)} |`;
  });
  return ['| per second (CPU ms each) | empty index | full index | full ÷ empty |', '|---|---|---|---|', ...rows];
}

type Of = ReturnType<Measures['of']>;

function curve(steps: readonly Step[]): string[] {
  const names = [...(steps.at(-1)?.ms.keys() ?? [])];
  const head = steps.map(({ instances }) => instances.toLocaleString('en')).join(' | ');
  const cell = (of: { p50: number; p95: number } | undefined) =>
    of === undefined ? '–' : `${of.p50.toFixed(1)} / ${of.p95.toFixed(1)}`;
  return [
    `| p50 / p95 ms, instances: | ${head} |`,
    `|---|${steps.map(() => '---|').join('')}`,
    ...names.map((name) => `| ${name} | ${steps.map(({ ms }) => cell(ms.get(name))).join(' | ')} |`),
  ];
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
