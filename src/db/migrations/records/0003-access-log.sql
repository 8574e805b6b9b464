-- 접속기록: who saw or did what to whose images, when and from where. Rows are chained by hash and never change.

CREATE TABLE access_log (
  -- AUTOINCREMENT: a number is never given twice, so that missing rows at the end show as well
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  action TEXT NOT NULL,
  from_address TEXT NOT NULL,
  door TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  study_instance_uid TEXT NOT NULL,
  detail TEXT NOT NULL,
  outcome TEXT NOT NULL,
  hash TEXT NOT NULL                -- SHA-256 of the previous row's hash and this row
) STRICT;
-- the page's filters: a period, one person's doings, one patient's history
CREATE INDEX access_log_by_time ON access_log (at);
CREATE INDEX access_log_by_who ON access_log (who, seq);
CREATE INDEX access_log_by_patient ON access_log (patient_id, seq) WHERE patient_id <> '';

CREATE TRIGGER access_log_never_changes BEFORE UPDATE ON access_log
BEGIN SELECT raise(ABORT, 'the access log is append-only'); END;
CREATE TRIGGER access_log_never_shrinks BEFORE DELETE ON access_log
BEGIN SELECT raise(ABORT, 'the access log is append-only'); END;
