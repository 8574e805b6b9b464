/** Rows of storage commitment, both sides. All in records.sqlite: a request that was accepted survives whatever happens. */
import type { CommitmentResult, InstanceReference } from '../../dicom/storage-commitment.ts';
import type { Connection, Connections } from '../connection.ts';

export type CommitmentSide = 'scp' | 'scu';
export type CommitmentState = 'checking' | 'reporting' | 'confirmed' | 'asking' | 'awaiting' | 'reported' | 'given-up';

export interface CommitmentRow {
  id: number;
  side: CommitmentSide;
  transactionUid: string;
  aeTitle: string;
  address: string;
  state: CommitmentState;
  /** Instances. */
  total: number;
  /** Null as long as nobody knows. */
  failed: number | null;
  attempts: number;
  lastError: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  changedAt: string;
  endedAt: string | null;
}

export interface CommitmentInstanceRow extends InstanceReference {
  /** 0: committed; null as long as nobody knows. */
  failureReason: number | null;
}

/** What one device may have in the books. */
export interface CommitmentLimits {
  /** Transactions that have not ended. */
  open: number;
  /** Instances of these together. */
  openInstances: number;
  /** Ended transactions that are kept, newest first. */
  ended: number;
  /** Instances of these together. */
  endedInstances: number;
}

export interface NewCommitment {
  side: CommitmentSide;
  transactionUid: string;
  aeTitle: string;
  address: string;
  references: readonly InstanceReference[];
  /** Failure Reason of every instance when the Transaction UID is in use for something else. */
  duplicateReason: number;
  limits: CommitmentLimits;
  /** ISO 8601, UTC. */
  now: string;
}

/** 'repeated': the same request again, which is in the books already. */
export type Acceptance = { kind: 'new' | 'repeated' | 'duplicate'; id: number } | { kind: 'full' };

const COLUMNS = `id, side, transaction_uid AS transactionUid, ae_title AS aeTitle, address, state, total, failed, attempts,
  last_error AS lastError, created_at AS createdAt, changed_at AS changedAt, ended_at AS endedAt`;

/** Takes a request into the books. */
export function acceptCommitment({ records }: Connections, asked: NewCommitment): Acceptance {
  const known = knownTransaction(records, asked);
  const isRepeated = known !== undefined && isSame(records, known.id, asked.references);
  if (known !== undefined && isRepeated && known.endedAt === null) return { kind: 'repeated', id: known.id };
  if (!hasRoom(records, asked)) return { kind: 'full' };
  prune(records, asked);
  if (known !== undefined && isRepeated && known.state === 'given-up') {
    reopen(records, known.id, asked);
    return { kind: 'new', id: known.id };
  }
  const id = insert(records, asked, known === undefined ? null : asked.duplicateReason);
  return { kind: known === undefined ? 'new' : 'duplicate', id };
}

/** The one that has the UID, not one that was refused for having it too. */
function knownTransaction(records: Connection, { side, aeTitle, transactionUid }: NewCommitment) {
  return records.get<CommitmentRow>(
    `SELECT ${COLUMNS} FROM commitments WHERE side = ? AND ae_title = ? AND transaction_uid = ? ORDER BY id LIMIT 1`,
    side,
    aeTitle,
    transactionUid,
  );
}

function isSame(records: Connection, id: number, references: readonly InstanceReference[]): boolean {
  const keyOf = ({ sopClassUid, sopInstanceUid }: InstanceReference) => `${sopClassUid} ${sopInstanceUid}`;
  const known = new Set(instancesOf(records, id).map(keyOf));
  return known.size === references.length && references.every((reference) => known.has(keyOf(reference)));
}

function hasRoom(records: Connection, { side, aeTitle, references, limits }: NewCommitment): boolean {
  const { open, instances } = records.get<{ open: number; instances: number }>(
    `SELECT count(*) AS open, coalesce(sum(total), 0) AS instances FROM commitments
      WHERE side = ? AND ae_title = ? AND ended_at IS NULL`,
    side,
    aeTitle,
  ) ?? { open: 0, instances: 0 };
  return open < limits.open && instances + references.length <= limits.openInstances;
}

/** The oldest ended ones of a device make room for its next. */
function prune(records: Connection, { side, aeTitle, limits }: NewCommitment): void {
  records.run(
    `DELETE FROM commitments WHERE id IN (SELECT id FROM (
       SELECT id, row_number() OVER newest AS number, sum(total) OVER newest AS instances
         FROM commitments WHERE side = ? AND ae_title = ? AND ended_at IS NOT NULL
         WINDOW newest AS (ORDER BY id DESC)) WHERE number > ? OR instances > ?)`,
    side,
    aeTitle,
    limits.ended,
    limits.endedInstances,
  );
}

function insert(records: Connection, asked: NewCommitment, failureReason: number | null): number {
  const { side, transactionUid, aeTitle, address, references, now } = asked;
  const first = side === 'scu' ? 'asking' : failureReason === null ? 'checking' : 'reporting';
  const failed = failureReason === null ? null : references.length;
  const { lastInsertRowid } = records.run(
    `INSERT INTO commitments (side, transaction_uid, ae_title, address, state, total, failed, created_at, changed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[side, transactionUid, aeTitle, address, first, references.length, failed, now, now],
  );
  references.forEach(({ sopClassUid, sopInstanceUid }, position) => {
    records.run(
      'INSERT INTO commitment_instances VALUES (?, ?, ?, ?, ?)',
      ...[lastInsertRowid, position, sopClassUid, sopInstanceUid, failureReason],
    );
  });
  return Number(lastInsertRowid);
}

/** A device that asks again for what was given up has its time anew. */
function reopen(records: Connection, id: number, { address, now }: NewCommitment): void {
  records.run(
    `UPDATE commitments SET state = 'checking', address = ?, failed = NULL, attempts = 0, last_error = '', created_at = ?,
       changed_at = ?, ended_at = NULL WHERE id = ?`,
    ...[address, now, now, id],
  );
  records.run('UPDATE commitment_instances SET failure_reason = NULL WHERE commitment = ?', id);
}

/** What became of each instance, in order; the transaction goes on in `state`, or ends with it. */
export function settleCommitment(
  { records }: Connections,
  input: { id: number; state: CommitmentState; failureReasons: readonly number[]; ends: boolean; now: string },
): void {
  const { id, state, failureReasons, ends, now } = input;
  const failed = failureReasons.filter((reason) => reason !== 0).length;
  records.run(
    'UPDATE commitments SET state = ?, failed = ?, changed_at = ?, ended_at = ? WHERE id = ?',
    ...[state, failed, now, ends ? now : null, id],
  );
  failureReasons.forEach((reason, position) => {
    records.run(
      'UPDATE commitment_instances SET failure_reason = ? WHERE commitment = ? AND position = ?',
      ...[reason, id, position],
    );
  });
}

/** A step of an open transaction; `error` '' is one that went well. */
export function noteCommitment(
  { records }: Connections,
  input: { id: number; state: CommitmentState; error: string; ends: boolean; now: string },
): void {
  const { id, state, error, ends, now } = input;
  records.run(
    `UPDATE commitments SET state = @state, changed_at = @now, ended_at = @ended, attempts = attempts + (@error <> ''),
       last_error = CASE WHEN @error = '' AND @state = 'given-up' THEN last_error ELSE @error END
     WHERE id = @id AND ended_at IS NULL`,
    { id, state, error, now, ended: ends ? now : null },
  );
}

/** Those that have not ended, oldest first. */
export function openCommitments({ records }: Connections, { side }: { side: CommitmentSide }): CommitmentRow[] {
  return records.all<CommitmentRow>(
    `SELECT ${COLUMNS} FROM commitments WHERE side = ? AND ended_at IS NULL ORDER BY id`,
    side,
  );
}

export interface CommitmentSearch {
  side?: CommitmentSide | undefined;
  state?: CommitmentState | undefined;
  /** Only those before this one. */
  before?: number | undefined;
  limit: number;
}

/** Newest first. */
export function listCommitments({ records }: Connections, search: CommitmentSearch): CommitmentRow[] {
  const { side = null, state = null, before = null, limit } = search;
  return records.all<CommitmentRow>(
    `SELECT ${COLUMNS} FROM commitments WHERE (@side IS NULL OR side = @side) AND (@state IS NULL OR state = @state)
       AND (@before IS NULL OR id < @before) ORDER BY id DESC LIMIT @limit`,
    { side, state, before, limit },
  );
}

/** One transaction with its instances in order; undefined when there is none. */
export function commitmentById(
  { records }: Connections,
  { id }: { id: number },
): (CommitmentRow & { instances: CommitmentInstanceRow[] }) | undefined {
  const row = records.get<CommitmentRow>(`SELECT ${COLUMNS} FROM commitments WHERE id = ?`, id);
  return row && { ...row, instances: instancesOf(records, id) };
}

function instancesOf(records: Connection, id: number): CommitmentInstanceRow[] {
  return records.all<CommitmentInstanceRow>(
    `SELECT sop_class_uid AS sopClassUid, sop_instance_uid AS sopInstanceUid, failure_reason AS failureReason
       FROM commitment_instances WHERE commitment = ? ORDER BY position`,
    id,
  );
}

/** A device's report on what we asked of it; undefined when we asked nothing of the kind. */
export function reportCommitment(
  { records }: Connections,
  input: {
    transactionUid: string;
    aeTitle: string;
    results: readonly CommitmentResult[];
    unnamed: number;
    now: string;
  },
): { id: number; failed: number; total: number } | undefined {
  const known = records.get<CommitmentRow>(
    `SELECT ${COLUMNS} FROM commitments WHERE side = 'scu' AND ae_title = ? AND transaction_uid = ?`,
    input.aeTitle,
    input.transactionUid,
  );
  if (known === undefined) return undefined;
  if (known.state === 'reported') return { id: known.id, failed: known.failed ?? 0, total: known.total };
  const told = new Map(input.results.map((result) => [result.sopInstanceUid, result.failureReason]));
  const failureReasons = instancesOf(records, known.id).map(
    ({ sopInstanceUid }) => told.get(sopInstanceUid) ?? input.unnamed,
  );
  const { id, total } = known;
  settleCommitment({ records } as Connections, { id, state: 'reported', failureReasons, ends: true, now: input.now });
  return { id, total, failed: failureReasons.filter((reason) => reason !== 0).length };
}
