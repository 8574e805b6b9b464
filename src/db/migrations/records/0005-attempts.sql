-- Connections to the DICOM ports, merged by who, from where and what came of it; kept bounded by src/attempts.

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  times INTEGER NOT NULL,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  facts TEXT NOT NULL               -- of the last one, as JSON
) STRICT;
