/** Rows of Modality Performed Procedure Steps, and what they make of the orders that they are about. */
import type { Connection, Connections } from '../connection.ts';
import type { OrderStatus } from './orders.ts';

/** Terms of Performed Procedure Step Status (0040,0252). */
export type StepStatus = 'IN PROGRESS' | 'COMPLETED' | 'DISCONTINUED';

/** One item of Scheduled Step Attributes Sequence; '' where it says nothing. */
export interface StepReference {
  studyInstanceUid: string;
  accessionNumber: string;
  scheduledProcedureStepId: string;
}

export interface PerformedStep {
  sopInstanceUid: string;
  status: StepStatus;
  /** Discontinued because the wrong worklist entry had been chosen: the order is still to be done. */
  wrongEntry: boolean;
  /** DICOM JSON text. */
  attributes: string;
}

export interface NewPerformedStep extends PerformedStep {
  references: readonly StepReference[];
  patientId: string;
  reportedBy: string;
  /** ISO 8601, UTC. */
  now: string;
}

export function performedStep(
  { records }: Connections,
  { sopInstanceUid }: { sopInstanceUid: string },
): PerformedStep | undefined {
  const row = records.get<Omit<PerformedStep, 'wrongEntry'> & { wrongEntry: number }>(
    `SELECT sop_instance_uid AS sopInstanceUid, status, wrong_entry AS wrongEntry, attributes
       FROM performed_steps WHERE sop_instance_uid = ?`,
    sopInstanceUid,
  );
  return row && { ...row, wrongEntry: row.wrongEntry === 1 };
}

/** Keeps a new step and marks its orders; false when there is a step of that UID already. */
export function createPerformedStep(connections: Connections, step: NewPerformedStep): boolean {
  const { records } = connections;
  if (performedStep(connections, step) !== undefined) return false;
  const { lastInsertRowid: id } = records.run(
    `INSERT INTO performed_steps (sop_instance_uid, status, wrong_entry, attributes, reported_by, created_at, changed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    step.sopInstanceUid,
    step.status,
    Number(step.wrongEntry),
    step.attributes,
    step.reportedBy,
    step.now,
    step.now,
  );
  const orders = new Set(step.references.flatMap((reference) => ordersOf(records, reference, step.patientId)));
  for (const order of orders) {
    records.run('INSERT INTO performed_step_orders (performed_step, order_id) VALUES (?, ?)', id, order);
    markOrder(records, order, step.now);
  }
  return true;
}

/** Replaces a step that is in progress. 'closed': it has ended, and nothing was changed. */
export function changePerformedStep(
  { records }: Connections,
  { sopInstanceUid, status, wrongEntry, attributes, now }: PerformedStep & { now: string },
): 'changed' | 'closed' | 'unknown' {
  const known = records.get<{ id: number; status: StepStatus }>(
    'SELECT id, status FROM performed_steps WHERE sop_instance_uid = ?',
    sopInstanceUid,
  );
  if (known === undefined) return 'unknown';
  if (known.status !== 'IN PROGRESS') return 'closed';
  records.run(
    'UPDATE performed_steps SET status = ?, wrong_entry = ?, attributes = ?, changed_at = ? WHERE id = ?',
    status,
    Number(wrongEntry),
    attributes,
    now,
    known.id,
  );
  const orders = records.all<{ id: number }>(
    'SELECT order_id AS id FROM performed_step_orders WHERE performed_step = ?',
    known.id,
  );
  for (const { id } of orders) markOrder(records, id, now);
  return 'changed';
}

/** By our Study Instance UID; else by step id and patient, with the accession number where both have one; else by that. */
function ordersOf(records: Connection, reference: StepReference, patientId: string): number[] {
  const { studyInstanceUid, accessionNumber, scheduledProcedureStepId } = reference;
  const ids = (sql: string, ...values: string[]) => records.all<{ id: number }>(sql, ...values).map(({ id }) => id);
  const byUid = ids('SELECT id FROM orders WHERE study_instance_uid = ?', studyInstanceUid);
  if (byUid.length > 0) return byUid;
  if (scheduledProcedureStepId !== '') {
    return ids(
      `SELECT id FROM orders WHERE scheduled_procedure_step_id = ? AND patient_id = ? AND ? IN ('', accession_number)`,
      scheduledProcedureStepId,
      patientId,
      accessionNumber,
    );
  }
  if (accessionNumber === '') return [];
  return ids('SELECT id FROM orders WHERE accession_number = ? AND patient_id = ?', accessionNumber, patientId);
}

/** An order stands as all of its steps together say. */
function markOrder(records: Connection, id: number, now: string): void {
  const steps = records.all<{ status: StepStatus; wrongEntry: number }>(
    `SELECT p.status, p.wrong_entry AS wrongEntry FROM performed_step_orders o
       JOIN performed_steps p ON p.id = o.performed_step WHERE o.order_id = ?`,
    id,
  );
  const status = statusBySteps(steps);
  const ended = status === 'completed' || status === 'discontinued';
  records.run(
    `UPDATE orders SET status = ?, changed_at = ?, started_at = coalesce(started_at, ?), ended_at = ? WHERE id = ?`,
    status,
    now,
    now,
    ended ? now : null,
    id,
  );
}

/** Under way if any is; done if any was done; a wrong choice from the worklist leaves the order to be done. */
export function statusBySteps(steps: readonly { status: StepStatus; wrongEntry: number | boolean }[]): OrderStatus {
  if (steps.some(({ status }) => status === 'IN PROGRESS')) return 'in-progress';
  if (steps.some(({ status }) => status === 'COMPLETED')) return 'completed';
  return steps.some(({ wrongEntry }) => !wrongEntry) ? 'discontinued' : 'scheduled';
}
