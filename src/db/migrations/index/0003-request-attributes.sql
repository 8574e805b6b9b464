-- What QIDO-RS must answer with (PS3.18 Tables 10.6.3-3 and 10.6.3-4). Rows of older images stay empty until the next reindex.
ALTER TABLE studies ADD COLUMN timezone_offset_from_utc TEXT;
-- Of the items of the Request Attributes Sequence, one after the other, divided by backslashes.
ALTER TABLE series ADD COLUMN scheduled_procedure_step_id TEXT;
ALTER TABLE series ADD COLUMN requested_procedure_id TEXT;
