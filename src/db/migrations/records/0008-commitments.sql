-- Storage commitment (PS3.4 Annex J): what devices ask of us (side 'scp') and what we ask of others (side 'scu').

CREATE TABLE commitments (
  id INTEGER PRIMARY KEY,
  side TEXT NOT NULL,
  transaction_uid TEXT NOT NULL,
  ae_title TEXT NOT NULL,           -- the device at the other end
  address TEXT NOT NULL,            -- where it asked from, or where we ask it
  state TEXT NOT NULL,              -- scp: checking, reporting, confirmed; scu: asking, awaiting, reported; both: given-up
  total INTEGER NOT NULL,           -- instances
  failed INTEGER,                   -- of them; null as long as nobody knows
  attempts INTEGER NOT NULL DEFAULT 0, -- failed ones to deliver, or to ask
  last_error TEXT NOT NULL DEFAULT '', -- for support: no patient data
  created_at TEXT NOT NULL, changed_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;
-- a transaction by its UID; what a device has open
CREATE INDEX commitments_by_device ON commitments (side, ae_title, transaction_uid);
CREATE INDEX commitments_open ON commitments (side, ae_title, total) WHERE ended_at IS NULL;

CREATE TABLE commitment_instances (
  commitment INTEGER NOT NULL REFERENCES commitments (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  sop_class_uid TEXT NOT NULL, sop_instance_uid TEXT NOT NULL,
  failure_reason INTEGER,           -- (0008,1197); 0: committed; null as long as nobody knows
  PRIMARY KEY (commitment, position)
) STRICT, WITHOUT ROWID;
