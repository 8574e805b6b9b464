/** What home remembers of its backups, kept in records.sqlite. The target's own papers come first; this is the second witness. */
import { randomBytes } from 'node:crypto';
import type { DatabaseBeside } from '../src/db/database-beside.ts';
import type { ErrorCode } from '../src/error-table.ts';
import type { DrillSummary } from './drill-folder.ts';
import type { Outcome } from './runs.ts';

/** Small named values; by the appliance's database, or beside it. */
export interface Memory {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

/** The memory of a command that runs beside the appliance. */
export function memoryBeside(database: DatabaseBeside): Memory {
  return {
    get: async (key) => database.read('getMeta', { database: 'records', key }),
    set: async (key, value) => database.keep(key, value),
  };
}

/** By the clock, by a person, or for a night that was missed. */
export type Trigger = 'night' | 'hand' | 'missed';

/** One run in short, for pages and logs. */
export interface RunSummary {
  trigger: Trigger;
  folder: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  finishedAt: string;
  outcome: Outcome;
  files: number;
  /** Of the copied files. */
  bytes: number;
  /** Names of files that are owed, and of things that are wrong on the target; the first of each. */
  pending: string[];
  problems: string[];
  /** Why the outcome is not `ok`. */
  failure?: { code: ErrorCode; ko: string; en: string; detail: string };
}

/** About one place that was backed up to. */
export interface TargetMemory {
  lastRun?: RunSummary;
  /** When everything was last safe there: the start of a run that ended well. ISO 8601, UTC. */
  lastSuccess?: string;
  /** The disk that was there last. */
  targetId?: string;
  /** The place was on another disk than the data folder. */
  ownDisk?: boolean;
  /** `turn`: counts the nights, for the part of the old volumes that is read in each. */
  lastDrill?: DrillSummary & { turn: number };
}

const SITE_KEY = 'site.id';
const RUNS_KEY = 'backup.runs';
const RUNS_KEPT = 30;

/** The id of this clinic's archive, made once; folders on targets are named by it. */
export async function siteId(memory: Memory): Promise<string> {
  const known = await memory.get(SITE_KEY);
  if (known !== undefined) return known;
  const made = randomBytes(5).toString('hex');
  await memory.set(SITE_KEY, made);
  return made;
}

/** What is remembered of a folder; empty when it was never used. */
export async function recall(memory: Memory, folder: string): Promise<TargetMemory> {
  const text = await memory.get(keyOf(folder));
  return text === undefined ? {} : (JSON.parse(text) as TargetMemory);
}

/** The last runs on all targets, newest first. */
export async function recallRuns(memory: Memory): Promise<RunSummary[]> {
  const text = await memory.get(RUNS_KEY);
  return text === undefined ? [] : (JSON.parse(text) as RunSummary[]);
}

/** Remembers the outcome of a run. */
export async function remember(memory: Memory, run: RunSummary, target: TargetMemory): Promise<void> {
  await memory.set(keyOf(run.folder), JSON.stringify({ ...target, lastRun: run }));
  const runs = [run, ...(await recallRuns(memory))].slice(0, RUNS_KEPT);
  await memory.set(RUNS_KEY, JSON.stringify(runs));
}

function keyOf(folder: string): string {
  return `backup.target:${folder}`;
}
