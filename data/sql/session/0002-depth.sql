-- What a day's work needs: effort, budgets, rules, attachments, an archive.

ALTER TABLE session ADD COLUMN variant TEXT;        -- how hard the model thinks; NULL: its default
ALTER TABLE session ADD COLUMN title_source TEXT NOT NULL DEFAULT 'prompt'; -- prompt, model, user
ALTER TABLE session ADD COLUMN turn_budget REAL;    -- US dollars; NULL: the setting, negative: no limit
ALTER TABLE session ADD COLUMN session_budget REAL; -- the same
ALTER TABLE session ADD COLUMN archived_at INTEGER;
-- Of what failed tasks left in the working copy: 1 to be discarded, 2 discarded, the agent to be told.
ALTER TABLE session ADD COLUMN discard INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN old_branch TEXT;     -- while the branch is being renamed: what it was called
-- Made ahead with its sandbox warm, for a session to come; nobody's until it is claimed.
ALTER TABLE session ADD COLUMN is_spare INTEGER NOT NULL DEFAULT 0;

ALTER TABLE task ADD COLUMN variant TEXT;
ALTER TABLE task ADD COLUMN command TEXT;           -- a command of the agent; prompt holds its arguments
ALTER TABLE task ADD COLUMN turn_budget REAL;       -- US dollars, after the user allowed more; NULL: as the session's
ALTER TABLE task ADD COLUMN source_message INTEGER REFERENCES message (id); -- made from this message

-- What it was for: turn, sub-agent, title, or aside (without tools, as summaries are).
ALTER TABLE exchange ADD COLUMN purpose TEXT NOT NULL DEFAULT 'turn';

-- permission and question are the agent's, budget is ours.
ALTER TABLE request ADD COLUMN kind TEXT NOT NULL DEFAULT 'permission';
ALTER TABLE request ADD COLUMN agent_session TEXT;  -- who asks: a sub-agent's differs from the session's
ALTER TABLE request ADD COLUMN delivered_at INTEGER; -- the agent has the answer
UPDATE request SET kind = 'question' WHERE permission IS NULL;

-- What the user decided for the whole session; the last one that matches counts.
CREATE TABLE rule (
  id         INTEGER PRIMARY KEY,
  permission TEXT    NOT NULL,               -- bash, edit, webfetch, …, or *
  pattern    TEXT    NOT NULL,               -- * stands for any text
  action     TEXT    NOT NULL,               -- allow, ask, deny
  created_at INTEGER NOT NULL,
  UNIQUE (permission, pattern)
);

-- What the user said into a turn that ran, and did not put into the queue.
CREATE TABLE steer (
  id         INTEGER PRIMARY KEY,
  task       INTEGER NOT NULL REFERENCES task (id), -- the one that ran
  agent_id   TEXT    NOT NULL UNIQUE,        -- of the message in the agent's conversation
  text       TEXT    NOT NULL,
  state      TEXT    NOT NULL DEFAULT 'waiting', -- waiting, read, queued (became a task), dropped (stopped before)
  is_forgotten INTEGER NOT NULL DEFAULT 0,   -- the agent holds no unread copy of it any more
  created_at INTEGER NOT NULL,
  read_at    INTEGER
);
CREATE INDEX steer_by_task ON steer (task);

-- What was sent with a prompt. The content lies in the session's directory, attachments/DIGEST.
CREATE TABLE attachment (
  id     INTEGER PRIMARY KEY,
  task   INTEGER NOT NULL REFERENCES task (id),
  steer  INTEGER REFERENCES steer (id),      -- NULL: with the task's own prompt
  name   TEXT    NOT NULL,
  mime   TEXT    NOT NULL,
  size   INTEGER NOT NULL,                   -- bytes
  digest TEXT    NOT NULL                    -- SHA-256, hexadecimal
);
CREATE INDEX attachment_by_task ON attachment (task);


-- Agents rewrite their to-do lists as a whole: a row keeps its id while it is the same thing, and each sub-agent
-- has a list of its own.
ALTER TABLE todo RENAME TO todo_before;
CREATE TABLE todo (
  id            INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
  task          INTEGER NOT NULL REFERENCES task (id),
  agent_session TEXT    NOT NULL,
  position      INTEGER NOT NULL,
  content       TEXT    NOT NULL,
  status        TEXT    NOT NULL,            -- the agent's word, or removed: not listed any more, and not done
  priority      TEXT
);
CREATE INDEX todo_by_task ON todo (task, agent_session, position);
INSERT INTO todo (task, agent_session, position, content, status, priority)
  SELECT task, IFNULL ((SELECT agent_session FROM session), ''), position, content, status, priority FROM todo_before;
DROP TABLE todo_before;
