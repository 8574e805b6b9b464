-- PATIENT level of the Patient Root: a patient's studies, the newest last (an ID alone still finds them).
DROP INDEX studies_by_patient_id;
CREATE INDEX studies_by_patient ON studies (patient_id, coalesce(issuer_of_patient_id, ''), coalesce(study_date, ''));
