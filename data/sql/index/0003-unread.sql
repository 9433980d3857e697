-- When the last task came to its end, and when the user last looked: a result that is younger is unread.
ALTER TABLE session ADD COLUMN finished_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE session SET seen_at = updated_at;
