/**
 * The access log: rows are appended in one order and chained. Each row's hash covers the hash before it, so that a
 * changed, removed or inserted row breaks the chain at a row that can be named.
 */
import { createHash } from 'node:crypto';
import type { Connections } from '../connection.ts';

/** What is written; empty text stands for "does not apply". */
export interface AccessEntry {
  /** ISO 8601, UTC, milliseconds. */
  at: string;
  who: string;
  action: string;
  from: string;
  door: string;
  patientId: string;
  studyInstanceUid: string;
  detail: string;
  outcome: string;
}

export interface AccessRow extends AccessEntry {
  seq: number;
}

export interface AccessQuery {
  /** Inclusive; ISO 8601 UTC. */
  from?: string;
  /** Exclusive. */
  to?: string;
  who?: string;
  patientId?: string;
  studyInstanceUid?: string;
  /** Rows older than this number. */
  before?: number;
  limit: number;
}

const START = '0'.repeat(64);
const COLUMNS = `seq, at, who, action, from_address AS "from", door, patient_id AS patientId,
  study_instance_uid AS studyInstanceUid, detail, outcome`;

export function appendAccessRows(
  { records }: Connections,
  input: { entries: AccessEntry[] },
): { seq: number; hash: string } {
  let last = records.get<{ seq: number; hash: string }>(
    'SELECT seq, hash FROM access_log ORDER BY seq DESC LIMIT 1',
  ) ?? {
    seq: 0,
    hash: START,
  };
  for (const entry of input.entries) {
    const seq = last.seq + 1;
    last = { seq, hash: hashOf(last.hash, { seq, ...entry }) };
    records.run(
      `INSERT INTO access_log (seq, at, who, action, from_address, door, patient_id, study_instance_uid, detail, outcome, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...valuesOf({ seq, ...entry }),
      last.hash,
    );
  }
  return last;
}

/** Newest first. */
export function accessRows({ records }: Connections, query: AccessQuery): AccessRow[] {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const where = (condition: string, value: unknown): void => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  where('at >= ?', query.from);
  where('at < ?', query.to);
  where('who = ?', query.who);
  where(`patient_id <> '' AND patient_id = ?`, query.patientId);
  where('study_instance_uid = ?', query.studyInstanceUid);
  where('seq < ?', query.before);
  const filter = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  return records.all<AccessRow>(
    `SELECT ${COLUMNS} FROM access_log ${filter} ORDER BY seq DESC LIMIT ?`,
    ...values,
    query.limit,
  );
}

export interface ChainPosition {
  seq: number;
  hash: string;
}

/** The newest row; undefined while there is none. Kept elsewhere, it proves all rows up to it. */
export function accessChainHead({ records }: Connections, _input: Record<string, never>): ChainPosition | undefined {
  return records.get<ChainPosition>('SELECT seq, hash FROM access_log ORDER BY seq DESC LIMIT 1');
}

/** The hash of one row; undefined when there is no such row. */
export function accessChainHash({ records }: Connections, input: { seq: number }): string | undefined {
  return records.get<{ hash: string }>('SELECT hash FROM access_log WHERE seq = ?', input.seq)?.hash;
}

/**
 * Checks up to `limit` rows after a position that is known to be right (none: from the start).
 * `broken` is the number of the first row that does not follow from the one before, or that is missing.
 */
export function checkAccessChain(
  { records }: Connections,
  input: { after?: ChainPosition; limit: number },
): { position: ChainPosition; done: boolean; broken?: number } {
  let position = input.after ?? { seq: 0, hash: START };
  const rows = records.all<AccessRow & { hash: string }>(
    `SELECT ${COLUMNS}, hash FROM access_log WHERE seq > ? ORDER BY seq LIMIT ?`,
    position.seq,
    input.limit,
  );
  for (const { hash, ...row } of rows) {
    const expected = position.seq + 1;
    if (row.seq !== expected) return { position, done: true, broken: expected };
    if (hashOf(position.hash, row) !== hash) return { position, done: true, broken: row.seq };
    position = { seq: row.seq, hash };
  }
  if (rows.length === input.limit) return { position, done: false };
  const given = records.get<{ seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'access_log'`)?.seq ?? 0;
  return given > position.seq ? { position, done: true, broken: position.seq + 1 } : { position, done: true };
}

function hashOf(previous: string, row: AccessRow): string {
  return createHash('sha256')
    .update(previous)
    .update(JSON.stringify(valuesOf(row)))
    .digest('hex');
}

function valuesOf(row: AccessRow): (string | number)[] {
  return [
    row.seq,
    row.at,
    row.who,
    row.action,
    row.from,
    row.door,
    row.patientId,
    row.studyInstanceUid,
    row.detail,
    row.outcome,
  ];
}
