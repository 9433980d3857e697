-- What the sandbox may reach outside, and what it did.

-- One row, when the session has a mode of its own.
CREATE TABLE egress (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  mode TEXT    NOT NULL                      -- offline, allowlist, open
);

-- Hosts that are allowed in this session, beside those of the settings.
CREATE TABLE egress_host (
  pattern    TEXT    PRIMARY KEY,            -- host, *.host, host:port
  created_at INTEGER NOT NULL
);

-- What was asked for, counted by what became of it.
CREATE TABLE contact (
  id       INTEGER PRIMARY KEY,
  host     TEXT    NOT NULL,
  port     INTEGER NOT NULL,
  verdict  TEXT    NOT NULL,                 -- connected, offline, not-allowed, private, unknown-host, unreachable, busy, misused
  count    INTEGER NOT NULL,
  n_up     INTEGER NOT NULL,                 -- bytes that went out
  n_down   INTEGER NOT NULL,                 -- and came in
  first_at INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  UNIQUE (host, port, verdict)
);
