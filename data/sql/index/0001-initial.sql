-- What crosses sessions: a row each, so that a list needs no session to be opened.
CREATE TABLE session (
  id              TEXT    PRIMARY KEY,
  title           TEXT    NOT NULL,
  repository      TEXT    NOT NULL,
  repository_name TEXT    NOT NULL,
  branch          TEXT    NOT NULL,
  state           TEXT    NOT NULL,
  detail          TEXT,
  model           TEXT    NOT NULL,
  cost            REAL,
  is_cost_known   INTEGER NOT NULL DEFAULT 1,
  n_pending       INTEGER NOT NULL DEFAULT 0,
  n_requests      INTEGER NOT NULL DEFAULT 0,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  archived_at     INTEGER
);
CREATE INDEX session_by_update ON session (updated_at DESC);

-- Money by day (local date, YYYY-MM-DD), provider and model.
CREATE TABLE ledger (
  day           TEXT    NOT NULL,
  session       TEXT    NOT NULL,
  provider      TEXT    NOT NULL,
  model         TEXT    NOT NULL,
  n_requests    INTEGER NOT NULL DEFAULT 0,
  input_tokens  INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  cost          REAL    NOT NULL DEFAULT 0,
  n_unknown     INTEGER NOT NULL DEFAULT 0,  -- requests whose price is not known
  PRIMARY KEY (day, session, provider, model)
);
