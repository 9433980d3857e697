-- What the user has written and not sent. The window's own: no session's store has it.
CREATE TABLE draft (
  session    TEXT    PRIMARY KEY,            -- "": of a session that is still to be made
  text       TEXT    NOT NULL,
  mode       TEXT,                           -- build, plan; NULL: as the session
  updated_at INTEGER NOT NULL
);

-- What is to go with it; the content lies in the directory "drafts" beside the index.
CREATE TABLE draft_file (
  session  TEXT    NOT NULL,
  position INTEGER NOT NULL,
  name     TEXT    NOT NULL,
  size     INTEGER NOT NULL,                 -- bytes
  file     TEXT    NOT NULL,
  PRIMARY KEY (session, position)
);
