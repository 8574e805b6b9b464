-- Staff. A user is never removed, only made inactive: the access log goes on naming them.

CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,        -- NFC, lower case
  display_name TEXT NOT NULL,
  role TEXT NOT NULL,
  password TEXT NOT NULL,           -- scrypt$N$r$p$salt$hash, base64
  active INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  last_login_at TEXT
) STRICT;

-- Only the SHA-256 of a session's token is kept: who reads this table cannot log in with it. Times in ms since 1970.
CREATE TABLE sessions (
  token_sha256 TEXT PRIMARY KEY,
  user INTEGER NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- all sessions of one user end when the password or the role changes
CREATE INDEX sessions_by_user ON sessions (user);
