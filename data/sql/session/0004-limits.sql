-- What the session's sandbox may use of the machine, where that is not as the settings say.
CREATE TABLE limit_value (
  name  TEXT    PRIMARY KEY,                 -- memory, disk, file-size, processes, descriptors, cpu-weight
  value INTEGER NOT NULL
);

-- One row, once it was awake: how memory is kept within its limit.
CREATE TABLE limit_way (
  id  INTEGER PRIMARY KEY CHECK (id = 1),
  way TEXT    NOT NULL                       -- systemd, cgroup, watchdog
);
