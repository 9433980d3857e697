-- What a day's work needs: effort, budgets, rules, attachments, an archive.

ALTER TABLE session ADD COLUMN variant TEXT;        -- how hard the model thinks; NULL: its default
ALTER TABLE session ADD COLUMN title_source TEXT NOT NULL DEFAULT 'prompt'; -- prompt, model, user
ALTER TABLE session ADD COLUMN turn_budget REAL;    -- US dollars; NULL: the setting, negative: no limit
ALTER TABLE session ADD COLUMN session_budget REAL; -- the same
ALTER TABLE session ADD COLUMN archived_at INTEGER;
-- Made ahead with its sandbox warm, for a session to come; nobody's until it is claimed.
ALTER TABLE session ADD COLUMN is_spare INTEGER NOT NULL DEFAULT 0;

ALTER TABLE task ADD COLUMN variant TEXT;
ALTER TABLE task ADD COLUMN command TEXT;           -- a command of the agent; prompt holds its arguments
ALTER TABLE task ADD COLUMN source_message INTEGER REFERENCES message (id); -- made from this message

-- permission and question are the agent's, budget is ours.
ALTER TABLE request ADD COLUMN kind TEXT NOT NULL DEFAULT 'permission';
ALTER TABLE request ADD COLUMN agent_session TEXT;  -- who asks: a sub-agent's differs from the session's
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

-- What was sent with a prompt. The content lies in the session's directory, attachments/DIGEST.
CREATE TABLE attachment (
  id     INTEGER PRIMARY KEY,
  task   INTEGER NOT NULL REFERENCES task (id),
  name   TEXT    NOT NULL,
  mime   TEXT    NOT NULL,
  size   INTEGER NOT NULL,                   -- bytes
  digest TEXT    NOT NULL                    -- SHA-256, hexadecimal
);
CREATE INDEX attachment_by_task ON attachment (task);

ALTER TABLE exchange ADD COLUMN purpose TEXT;       -- NULL: the work; title, aside (no tools: a summary)

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
