-- Every question that is open anywhere, so that one list needs no session to be opened.
CREATE TABLE request (
  session    TEXT    NOT NULL,
  id         INTEGER NOT NULL,               -- in the session's own store
  kind       TEXT    NOT NULL,               -- permission, question, budget
  permission TEXT,
  title      TEXT    NOT NULL,
  details    TEXT    NOT NULL,               -- JSON
  created_at INTEGER NOT NULL,
  PRIMARY KEY (session, id)
);
ALTER TABLE session ADD COLUMN is_spare INTEGER NOT NULL DEFAULT 0;

-- What the user allowed beyond the day's budget, for that day alone.
CREATE TABLE allowance (
  day     TEXT PRIMARY KEY,                  -- local date, YYYY-MM-DD
  dollars REAL NOT NULL
);
