/**
 * The PATIENT level of queries. There is no table of patients: attributes are kept per study, so that a reused Patient ID
 * never puts another name on an image. A patient is what has one Patient ID and issuer, and shows the attributes of the
 * newest study; a study without Patient ID is a patient of its own.
 */

const SAME = (a: string, b: string) =>
  `${a}.patient_id = ${b}.patient_id AND coalesce(${a}.issuer_of_patient_id, '') = coalesce(${b}.issuer_of_patient_id, '')`;
const HAS_IMAGES = (alias: string) => `${alias}.number_of_study_related_instances > 0`;

/** The row `pa` of studies is the newest of its patient that holds images. */
export const IS_PATIENT = `${HAS_IMAGES('pa')} AND NOT EXISTS (SELECT 1 FROM studies nw WHERE ${SAME('nw', 'pa')}
  AND (coalesce(nw.study_date, ''), nw.id) > (coalesce(pa.study_date, ''), pa.id) AND ${HAS_IMAGES('nw')})`;

/** Studies `st` of the patient `pa`, one without Patient ID included. */
export const STUDIES_OF_PATIENT = `studies st WHERE (st.id = pa.id OR (${SAME('st', 'pa')})) AND ${HAS_IMAGES('st')}`;

const sumOf = (what: string) => `(SELECT ${what} FROM ${STUDIES_OF_PATIENT})`;

/** What is counted over the studies of a patient, by keyword. */
export const PATIENT_COUNTS: Readonly<Record<string, string>> = {
  NumberOfPatientRelatedStudies: sumOf('count(*)'),
  NumberOfPatientRelatedSeries: sumOf('sum(st.number_of_study_related_series)'),
  NumberOfPatientRelatedInstances: sumOf('sum(st.number_of_study_related_instances)'),
};
