/** The record of a run, kept on the target: what it did, what it left undone, and the hash of the record before it. */
import { createHash } from 'node:crypto';
import type { ChainPosition } from '../src/db/operations/audit.ts';
import type { ErrorCode } from '../src/error-table.ts';
import type { Problem } from './catalogue.ts';
import type { Unreadable } from './manifest.ts';
import { byWriting, parseName, type RunId, runName, runPath } from './names.ts';
import type { Mark } from './plan.ts';
import { openSealed, sealedLine } from './sealed.ts';
import type { StoredCopy } from './snapshot.ts';
import { type Target, writeWhole } from './target.ts';

/** `ok`: everything up to `to` is on the target and was read back. `incomplete`: all but what is named. */
export type Outcome = 'ok' | 'incomplete' | 'failed';

export interface RunRecord {
  name: string;
  run: number;
  /** ISO 8601, UTC. */
  startedAt: string;
  finishedAt: string;
  outcome: Outcome;
  from: Mark | null;
  to: Mark | null;
  /** Manifests written by this run, in order. */
  manifests: string[];
  files: number;
  /** Of the stored files. */
  bytes: number;
  /** The newest copies when the run ended; made by this run, or by an earlier one and still up to date. */
  copies: {
    index?: StoredCopy & { epoch: string; seq: number };
    records?: StoredCopy;
    config?: StoredCopy;
    keys?: StoredCopy;
  };
  /**
   * The newest row of the access log and its hash, which covers all rows before it: who rewrites the whole log at home
   * cannot rewrite this one. Absent while there is no row.
   */
  accessLog?: ChainPosition;
  /** Old copies of databases that this run took away; volumes never are. */
  thinned?: string[];
  /** Files still owed. */
  pending: Pick<Unreadable, 'path' | 'reason'>[];
  problems: Problem[];
  failure?: { code: ErrorCode; detail: string };
  previous: { path: string; sha256: string } | null;
}

export interface StoredRun {
  path: string;
  sha256: string;
  /** Undefined when a byte of the record changed. */
  record: RunRecord | undefined;
}

/** Paths of all run records, oldest first. */
export async function runPaths(target: Target): Promise<string[]> {
  return (await target.list('runs')).filter((path) => parseName(path) !== undefined).sort(byWriting);
}

/** Reads one record. */
export async function readRun(target: Target, path: string): Promise<StoredRun | undefined> {
  const file = await target.read(path);
  if (!file) return undefined;
  const sha256 = createHash('sha256').update(file).digest('hex');
  return { path, sha256, record: openSealed(file) as RunRecord | undefined };
}

export interface LatestRuns {
  /** For the chain. */
  last?: StoredRun;
  /** Is whole and names copies. */
  withCopies?: RunRecord;
}

/** The newest records of a target. */
export async function latestRuns(target: Target): Promise<LatestRuns> {
  const paths = await runPaths(target);
  let last: StoredRun | undefined;
  for (const path of paths.reverse()) {
    const run = await readRun(target, path);
    last ??= run;
    if (last && run?.record?.copies.records) return { last, withCopies: run.record };
  }
  return last ? { last } : {};
}

/** Writes the record; its number must be free. */
export async function writeRun(target: Target, id: RunId, record: RunRecord): Promise<void> {
  await writeWhole(target, runPath(id), Buffer.from(sealedLine({ ...record, name: runName(id), run: id.run })));
}
