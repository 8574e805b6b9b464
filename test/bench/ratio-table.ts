/** The table at the end: medians of all rounds, and ours against the better of the two Orthancs. */
import { DISK } from './disk-bench.ts';
import { type Measure, type Measures, median } from './measures.ts';
import { C_FIND, QIDO } from './query-bench.ts';
import { C_GET, C_MOVE, FRAME, FRAME_AGAIN, METADATA, RENDERED, STUDY } from './retrieve-bench.ts';
import { storeLabel } from './store-bench.ts';

const COLUMNS = ['ours', 'Orthanc', 'Orthanc tuned', 'storescp', DISK];
const ORTHANCS = ['Orthanc', 'Orthanc tuned'];

interface Goal {
  what: string;
  /** Least times as fast as the better Orthanc. */
  speed?: number;
  /** Most part of the better Orthanc's processor time. */
  cpu?: number;
}

const GOALS: readonly Goal[] = [
  { what: storeLabel('dx', 1), speed: 3, cpu: 1 / 3 },
  { what: storeLabel('dx', 4), speed: 2.6 },
  { what: storeLabel('ct', 1), speed: 1.5 },
  { what: storeLabel('ct', 4), speed: 2.2 },
  { what: storeLabel('tiny', 1), speed: 1 },
  { what: storeLabel('tiny', 4), speed: 2 },
  { what: QIDO, cpu: 1 / 5 },
  { what: C_FIND, speed: 5 },
  { what: FRAME, cpu: 1 / 5 },
  { what: FRAME_AGAIN },
  { what: METADATA, speed: 20 },
  { what: STUDY, speed: 2 },
  { what: RENDERED, speed: 20 },
  { what: C_GET, speed: 1.5 },
  { what: C_MOVE, speed: 1.5 },
];

/** Markdown: per second (ms of the server's processor time for one); for requests also the median latency. */
export function ratioTable(measures: Measures): string[] {
  const rows = GOALS.filter(({ what }) => measures.has(what, 'ours'));
  return [
    `| per second (CPU ms each) | ${COLUMNS.join(' | ')} | speed | goal | CPU | goal |`,
    `|---|${COLUMNS.map(() => '---|').join('')}---|---|---|---|`,
    ...rows.map((goal) => rowOf(goal, measures)),
  ];
}

function rowOf(goal: Goal, measures: Measures): string {
  const cells = COLUMNS.map((target) => cellOf(goal.what, target, measures));
  const speed = ratioOf(goal.what, measures, (measure) => median(measure.perSecond), Math.max);
  const cpu = ratioOf(goal.what, measures, (measure) => median(measure.cpuMs), Math.min);
  return `| ${[goal.what, ...cells, ...judged(speed, goal.speed, '≥'), ...judged(cpu, goal.cpu, '≤')].join(' | ')} |`;
}

function cellOf(what: string, target: string, measures: Measures): string {
  if (!measures.has(what, target)) return '–';
  const { perSecond, cpuMs, latencyMs } = measures.of(what, target);
  const latency = latencyMs.length > 0 ? `, ${digits(median(latencyMs))} ms` : '';
  const cpu = cpuMs.length > 0 ? ` (${digits(median(cpuMs))}${latency})` : '';
  return `${digits(median(perSecond))}${cpu}`;
}

function ratioOf(
  what: string,
  measures: Measures,
  value: (measure: Measure) => number,
  better: (...values: number[]) => number,
): number | undefined {
  const theirs = ORTHANCS.filter((name) => measures.has(what, name)).map((name) => value(measures.of(what, name)));
  return theirs.length === 0 ? undefined : value(measures.of(what, 'ours')) / better(...theirs);
}

function judged(ratio: number | undefined, goal: number | undefined, sign: '≥' | '≤'): [string, string] {
  if (ratio === undefined) return ['–', ''];
  if (goal === undefined) return [`×${ratio.toFixed(2)}`, ''];
  const met = sign === '≥' ? ratio >= goal : ratio <= goal;
  return [`×${ratio.toFixed(2)}`, `${sign} ${digits(goal)} ${met ? '✓' : '✗'}`];
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
