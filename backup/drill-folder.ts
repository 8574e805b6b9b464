/** One restore drill of one folder as home sees it: done in a process of its own, remembered, and told in sentences. */
import { ERRORS } from '../src/error-table.ts';
import { asArchiveError } from '../src/errors.ts';
import { lastRuns, recallDisks } from './disks.ts';
import type { DrillReport } from './drill.ts';
import { type Memory, recall, siteId } from './memory.ts';
import { performInOwnProcess, type RunOptions } from './run.ts';

/** What the parent asks for; plain values, sent over the process channel. */
export interface DrillWorkerJob {
  dataDir: string;
  folder: string;
  siteId: string;
  /** The last run that home remembers of each disk, by its id. */
  remembered: Record<string, number>;
  /** Counts nights. */
  turn: number;
}

/** A drill in short, for pages and logs. */
export interface DrillSummary extends Omit<DrillReport, 'problems'> {
  folder: string;
  /** 'path: Korean / English', the first of them. */
  problems: string[];
}

const MOST_PROBLEMS = 20;

/**
 * @param program takes the job in a process of its own; ends with a `done` that brings the report
 * @returns what came of it; a drill that could not be done is not good
 */
export async function drillFolder(
  program: string,
  { dataDir, folder, memory }: { dataDir: string; folder: string; memory: Memory },
  options: RunOptions = {},
): Promise<DrillSummary> {
  const { lastDrill } = await recall(memory, folder);
  const remembered = lastRuns(await recallDisks(memory));
  const turn = (lastDrill?.turn ?? -1) + 1;
  const job: DrillWorkerJob = { dataDir, folder, siteId: await siteId(memory), turn, remembered };
  const summary = await performDrill(program, job, options);
  const now = await recall(memory, folder);
  await memory.set(`backup.target:${folder}`, JSON.stringify({ ...now, lastDrill: { ...summary, turn } }));
  return summary;
}

async function performDrill(program: string, job: DrillWorkerJob, options: RunOptions): Promise<DrillSummary> {
  const startedAt = new Date().toISOString();
  const { folder } = job;
  try {
    const { report } = await performInOwnProcess<{ report: DrillReport }>(program, job, options);
    const lines = report.problems.map(
      ({ path, entry, ko, en }) => `${path}${entry === undefined ? '' : ` › ${entry}`}: ${ko} / ${en}`,
    );
    return { ...report, folder, problems: lines.slice(0, MOST_PROBLEMS) };
  } catch (error) {
    const { code, detail } = asArchiveError(error);
    const { ko, en } = ERRORS[code];
    const finishedAt = new Date().toISOString();
    const nothing = { volumes: { read: 0, all: 0 }, files: 0, sample: 0 };
    return { folder, startedAt, finishedAt, good: false, ...nothing, problems: [`${ko} / ${en} ${detail}`] };
  }
}

/** The report for people, Korean first. */
export function drillLines({ folder, good, volumes, files, sample, problems }: DrillSummary, streak: number): string[] {
  const head = good
    ? `복구 훈련 성공: ${streak}일째 복구 확인 / restore drill good: ${streak} days in a row (${folder})`
    : `복구 훈련 실패 / restore drill FAILED (${folder})`;
  return [
    head,
    `  볼륨 ${volumes.all}개 중 ${volumes.read}개를 모두 읽음, 파일 ${files}개 확인, 표본 ${sample}개 복구해 대조`,
    `  ${volumes.read} of ${volumes.all} volumes read whole, ${files} files counted, ${sample} restored and compared`,
    ...problems.map((problem) => `  ${problem}`),
  ];
}

interface Streak {
  /** Days in a row. */
  days: number;
  /** The last of them, `YYYY-MM-DD` in the clinic's time zone. */
  lastDay: string;
}

/** Days with the PC off (a weekend, a holiday) that do not end a row. */
const LONGEST_GAP_DAYS = 4;
const KEY = 'backup.streak';

export async function recallStreak(memory: Memory): Promise<Streak> {
  const text = await memory.get(KEY);
  return text === undefined ? { days: 0, lastDay: '' } : (JSON.parse(text) as Streak);
}

/** Counts the drills of one night. A failed one, or too long a time without any, ends the row. */
export async function countStreak(memory: Memory, good: boolean, timeZone: string, now = new Date()): Promise<Streak> {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone }).format(now);
  const next = streakAfter(await recallStreak(memory), good, day);
  await memory.set(KEY, JSON.stringify(next));
  return next;
}

/** @param day `YYYY-MM-DD` */
export function streakAfter({ days, lastDay }: Streak, good: boolean, day: string): Streak {
  if (!good) return { days: 0, lastDay: '' };
  if (day <= lastDay) return { days, lastDay };
  const gap = lastDay === '' ? Number.POSITIVE_INFINITY : (Date.parse(day) - Date.parse(lastDay)) / 86_400_000;
  return { days: gap <= LONGEST_GAP_DAYS ? days + 1 : 1, lastDay: day };
}
