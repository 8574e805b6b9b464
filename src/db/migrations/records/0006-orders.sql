-- Orders: what the clinic wants examined, one row per Scheduled Procedure Step. Values are text in DICOM form.

CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  order_number TEXT UNIQUE,                -- the EMR's own; null for orders without one
  status TEXT NOT NULL,                    -- scheduled, in-progress, completed, discontinued, cancelled
  study_instance_uid TEXT NOT NULL UNIQUE, -- ours
  accession_number TEXT NOT NULL, requested_procedure_id TEXT NOT NULL, scheduled_procedure_step_id TEXT NOT NULL,
  patient_id TEXT NOT NULL, issuer_of_patient_id TEXT NOT NULL, patient_name TEXT NOT NULL, birth_date TEXT NOT NULL,
  sex TEXT NOT NULL, weight TEXT NOT NULL, medical_alerts TEXT NOT NULL, allergies TEXT NOT NULL,
  pregnancy_status TEXT NOT NULL,
  description TEXT NOT NULL, procedure_codes TEXT NOT NULL, -- codes: JSON arrays
  reason TEXT NOT NULL, priority TEXT NOT NULL, referring_physician_name TEXT NOT NULL,
  requesting_physician_name TEXT NOT NULL, requesting_service TEXT NOT NULL,
  modality TEXT NOT NULL, station_ae_title TEXT NOT NULL,   -- '': for every device
  station_name TEXT NOT NULL, location TEXT NOT NULL,
  start_date TEXT NOT NULL, start_time TEXT NOT NULL,       -- YYYYMMDD, HHMMSS; '': any time of that day
  performing_physician_name TEXT NOT NULL, step_description TEXT NOT NULL, protocol_codes TEXT NOT NULL,
  comments TEXT NOT NULL,
  -- the groups of each name as they are compared (NFC, lower case, with ^, with a space in its place, with neither): JSON arrays
  folded_patient_name TEXT NOT NULL, folded_performing_physician_name TEXT NOT NULL,
  folded_referring_physician_name TEXT NOT NULL, folded_requesting_physician_name TEXT NOT NULL,
  created_at TEXT NOT NULL, changed_at TEXT NOT NULL, started_at TEXT, ended_at TEXT
) STRICT;
-- what a modality asks for: today's steps that are still to be done
CREATE INDEX orders_to_do ON orders (start_date, start_time, id) WHERE status IN ('scheduled', 'in-progress');
-- the list of a day, whatever became of its orders
CREATE INDEX orders_by_day ON orders (start_date, start_time, id);
-- a patient's orders; the order behind an image or a performed step
CREATE INDEX orders_by_patient_id ON orders (patient_id);
CREATE INDEX orders_by_accession ON orders (accession_number);
CREATE INDEX orders_by_step_id ON orders (scheduled_procedure_step_id);
