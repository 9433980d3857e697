-- One session: one file. Times are milliseconds since 1970 (UTC), costs are US dollars (NULL: unknown).
CREATE TABLE session (
  id              TEXT    PRIMARY KEY,
  title           TEXT    NOT NULL,
  repository      TEXT    NOT NULL,          -- absolute path of the user's repository
  repository_name TEXT    NOT NULL,
  base_branch     TEXT,
  base_commit     TEXT    NOT NULL,
  branch          TEXT    NOT NULL,
  head_commit     TEXT    NOT NULL,          -- the last turn's commit, the base before the first
  sandbox         TEXT    NOT NULL DEFAULT 'local',
  model           TEXT    NOT NULL,          -- provider/id
  mode            TEXT    NOT NULL DEFAULT 'build',
  state           TEXT    NOT NULL DEFAULT 'hibernated',
  detail          TEXT,                      -- a sentence about the state, for the user
  error_category  TEXT,                      -- of a failed state
  agent_session   TEXT,                      -- the agent's own id of its conversation
  user_name       TEXT    NOT NULL,
  user_email      TEXT    NOT NULL,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL
);

-- A task is a prompt in the queue and what became of it. Waiting tasks run in the order of position.
CREATE TABLE task (
  id          INTEGER PRIMARY KEY,
  position    INTEGER NOT NULL,
  title       TEXT    NOT NULL,
  prompt      TEXT    NOT NULL,
  mode        TEXT    NOT NULL,
  model       TEXT    NOT NULL,
  state       TEXT    NOT NULL DEFAULT 'pending', -- pending, sending, running, complete, failed, cancelled
  error       TEXT,
  error_category TEXT,
  from_commit TEXT,
  to_commit   TEXT,                          -- NULL: nothing to commit
  files_changed INTEGER,
  created_at  INTEGER NOT NULL,
  started_at  INTEGER,
  ended_at    INTEGER
);
CREATE INDEX task_by_position ON task (state, position);

CREATE TABLE message (
  id           INTEGER PRIMARY KEY,
  agent_id     TEXT    NOT NULL UNIQUE,
  agent_session TEXT   NOT NULL,
  task         INTEGER REFERENCES task (id),
  role         TEXT    NOT NULL,             -- user, assistant
  provider     TEXT,
  model        TEXT,
  mode         TEXT,
  input_tokens INTEGER, output_tokens INTEGER, reasoning_tokens INTEGER,
  cache_read_tokens INTEGER, cache_write_tokens INTEGER,
  cost         REAL,
  finish       TEXT,
  error        TEXT,
  error_category TEXT,
  created_at   INTEGER NOT NULL,
  completed_at INTEGER
);
CREATE INDEX message_by_task ON message (task);

CREATE TABLE part (
  id         INTEGER PRIMARY KEY,
  agent_id   TEXT    NOT NULL UNIQUE,
  message    INTEGER NOT NULL REFERENCES message (id),
  kind       TEXT    NOT NULL,               -- text, reasoning, tool, file, compaction, or the agent's own word
  text       TEXT    NOT NULL DEFAULT '',
  tool       TEXT,
  status     TEXT,                           -- of a tool: pending, running, completed, error, interrupted
  title      TEXT,
  input      TEXT,                           -- JSON
  output     TEXT,
  metadata   TEXT,                           -- JSON
  exit_code  INTEGER,
  child_session TEXT,
  is_ended   INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER,
  ended_at   INTEGER
);
CREATE INDEX part_by_message ON part (message);

-- The agent's own to-do list of a task, replaced as a whole.
CREATE TABLE todo (
  task     INTEGER NOT NULL REFERENCES task (id),
  position INTEGER NOT NULL,
  content  TEXT    NOT NULL,
  status   TEXT    NOT NULL,
  priority TEXT,
  PRIMARY KEY (task, position)
);

-- What the agent asked and waits for.
CREATE TABLE request (
  id          INTEGER PRIMARY KEY,
  agent_id    TEXT    NOT NULL UNIQUE,
  task        INTEGER REFERENCES task (id),
  permission  TEXT,                          -- NULL: a question
  title       TEXT    NOT NULL,
  details     TEXT    NOT NULL,              -- JSON
  state       TEXT    NOT NULL DEFAULT 'open', -- open, answered, withdrawn
  answer      TEXT,
  created_at  INTEGER NOT NULL,
  answered_at INTEGER
);

-- Every model request as the gateway measured it.
CREATE TABLE exchange (
  id           INTEGER PRIMARY KEY,
  task         INTEGER REFERENCES task (id),
  provider     TEXT    NOT NULL,
  model        TEXT    NOT NULL,
  agent_session TEXT,
  status       INTEGER NOT NULL,
  is_estimate  INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER, output_tokens INTEGER, reasoning_tokens INTEGER,
  cache_read_tokens INTEGER, cache_write_tokens INTEGER,
  cost         REAL,
  started_at   INTEGER NOT NULL,
  duration_ms  INTEGER NOT NULL
);
CREATE INDEX exchange_by_task ON exchange (task);

-- What happened, in order: changes of state, steps, notices, unknown events of the agent.
CREATE TABLE journal (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  kind       TEXT    NOT NULL,               -- state, step, notice, commit, unknown-event
  text       TEXT    NOT NULL,
  task       INTEGER,
  created_at INTEGER NOT NULL
);
