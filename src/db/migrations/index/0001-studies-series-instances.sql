-- The index is disposable: every row of it can be made again from the files under images/.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- One row per Study Instance UID and patient: one UID under two patients stays two studies.
-- Patient attributes are kept per study, as received: a reused Patient ID must never put another name on an image.
CREATE TABLE studies (
  id INTEGER PRIMARY KEY,
  patient_key TEXT NOT NULL,
  study_instance_uid TEXT NOT NULL,
  patient_name TEXT, patient_id TEXT, issuer_of_patient_id TEXT, patient_birth_date TEXT, patient_birth_time TEXT,
  patient_sex TEXT, patient_age TEXT,
  study_date TEXT, study_time TEXT, accession_number TEXT, study_id TEXT, study_description TEXT,
  referring_physician_name TEXT, name_of_physicians_reading_study TEXT,
  -- the three groups of PatientName, folded (NFC, lower case) for matching; search_text adds spellings without ^ and 초성
  name_alphabetic TEXT NOT NULL, name_ideographic TEXT NOT NULL, name_phonetic TEXT NOT NULL, search_text TEXT NOT NULL,
  -- counts of current instances, kept here so that no query ever counts
  modalities_in_study TEXT NOT NULL DEFAULT '', sop_classes_in_study TEXT NOT NULL DEFAULT '',
  number_of_study_related_series INTEGER NOT NULL DEFAULT 0, number_of_study_related_instances INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  received_at TEXT NOT NULL, last_received_at TEXT NOT NULL, receive_sequence INTEGER NOT NULL,
  UNIQUE (study_instance_uid, patient_key)
) STRICT;
-- the worklist page and "today" queries: newest study date first
CREATE INDEX studies_by_date ON studies (study_date, receive_sequence);
-- "today" also shows what arrived today under another date
CREATE INDEX studies_by_arrival ON studies (received_at);
-- one patient's studies; accession look-ups from the EMR
CREATE INDEX studies_by_patient_id ON studies (patient_id);
CREATE INDEX studies_by_accession ON studies (accession_number);
-- name prefixes, one index per PN component group
CREATE INDEX studies_by_alphabetic ON studies (name_alphabetic);
CREATE INDEX studies_by_ideographic ON studies (name_ideographic);
CREATE INDEX studies_by_phonetic ON studies (name_phonetic);

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  study INTEGER NOT NULL REFERENCES studies (id),
  series_instance_uid TEXT NOT NULL,
  modality TEXT, series_date TEXT, series_time TEXT, series_number TEXT, series_description TEXT, manufacturer TEXT,
  institution_name TEXT, station_name TEXT, manufacturer_model_name TEXT, body_part_examined TEXT, protocol_name TEXT,
  laterality TEXT, performed_procedure_step_start_date TEXT, performed_procedure_step_start_time TEXT, performed_procedure_step_id TEXT,
  number_of_series_related_instances INTEGER NOT NULL DEFAULT 0,
  UNIQUE (study, series_instance_uid)
) STRICT;
CREATE INDEX series_by_uid ON series (series_instance_uid);

-- One row per stored file. Only role 0 is shown to queries; see register-instance.ts for how roles are decided.
CREATE TABLE instances (
  id INTEGER PRIMARY KEY,
  series INTEGER NOT NULL REFERENCES series (id),
  role INTEGER NOT NULL,                   -- 0 current, 1 prior version, 2 needs attention
  sop_instance_uid TEXT NOT NULL, sop_class_uid TEXT NOT NULL, instance_number TEXT, instance_creation_date TEXT,
  content_date TEXT, content_time TEXT,
  image_type TEXT, rows TEXT, columns TEXT, bits_allocated TEXT, number_of_frames TEXT,
  file_id TEXT NOT NULL UNIQUE, transfer_syntax_uid TEXT NOT NULL,
  data_set_offset INTEGER NOT NULL, data_set_length INTEGER NOT NULL, sha256 BLOB NOT NULL,
  received_at TEXT NOT NULL, receive_sequence INTEGER NOT NULL, calling_ae TEXT NOT NULL, peer_address TEXT NOT NULL,
  device TEXT, via TEXT NOT NULL
) STRICT;
CREATE INDEX instances_by_sop_instance_uid ON instances (sop_instance_uid);
-- retrieval of a series or study, and the version list of 확인 필요
CREATE INDEX instances_by_series ON instances (series, role);
CREATE INDEX instances_needing_attention ON instances (role, id) WHERE role = 2;

-- The change log: followers (push, backup, previews, routing) read it from their own cursor (epoch, seq).
CREATE TABLE changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  instance INTEGER NOT NULL REFERENCES instances (id),
  at TEXT NOT NULL
) STRICT;
-- how much each address that no approved device uses has sent (its quota)
CREATE INDEX instances_unapproved ON instances (peer_address, data_set_length) WHERE device IS NULL;
