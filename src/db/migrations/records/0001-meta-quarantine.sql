-- Records are what cannot be made again from the image files; they survive the loss of the index.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- What was received but cannot be stored as an image; identical bytes are kept once.
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  file TEXT NOT NULL,
  data_set_offset INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  transfer_syntax_uid TEXT NOT NULL,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  calling_ae TEXT NOT NULL,
  peer_address TEXT NOT NULL,
  via TEXT NOT NULL,
  first_received_at TEXT NOT NULL,
  last_received_at TEXT NOT NULL,
  times INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Where each follower stands in the change log.
CREATE TABLE cursors (follower TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
