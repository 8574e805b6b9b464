/** Whether images of an order have arrived: read from the index whenever an order is, never written on the way of an image. */
import type { Connection } from '../connection.ts';

/** A device that reported the beginning of a step and never its end is believed no longer than this. */
const STEP_MS = 24 * 3_600_000;

interface Ordered {
  status: string;
  studyInstanceUid: string;
  accessionNumber: string;
  patientId: string;
  /** ISO 8601, UTC, as are the others. */
  createdAt: string;
  startedAt: string | null;
}

/**
 * Do images with the order's Study Instance UID, or with its Accession Number and patient and arrived since it was
 * made, stand for an end that nobody reported?
 */
export function hasImages(index: Connection, order: Ordered): boolean {
  if (!endMayBeMissing(order)) return false;
  const byUid = index.get(
    'SELECT 1 FROM studies WHERE study_instance_uid = ? AND number_of_study_related_instances > 0 LIMIT 1',
    order.studyInstanceUid,
  );
  return byUid !== undefined || hasImagesByAccession(index, order);
}

/** Some EMRs use a short number again: only what came after the order, for its patient, counts. */
function hasImagesByAccession(index: Connection, order: Ordered): boolean {
  if (order.accessionNumber === '') return false;
  const found = index.get(
    `SELECT 1 FROM studies WHERE accession_number = ? AND number_of_study_related_instances > 0
        AND last_received_at >= ? AND coalesce(patient_id, '') IN ('', ?) LIMIT 1`,
    order.accessionNumber,
    order.createdAt,
    order.patientId,
  );
  return found !== undefined;
}

function endMayBeMissing({ status, startedAt }: Ordered): boolean {
  if (status === 'scheduled') return true;
  return status === 'in-progress' && startedAt !== null && Date.now() - Date.parse(startedAt) > STEP_MS;
}
