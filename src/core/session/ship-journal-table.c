/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-tables.h"

#include "session/ship-session-tables-private.h"

/* The table "journal": what happened, in order. On the store's thread, inside a job. */

gboolean
ship_journal_table_insert (sqlite3    *db,
                           const char *kind,
                           const char *text,
                           gint64      task,
                           gint64      now,
                           gint64     *id,
                           GError    **error)
{
  if (!ship_statement_execute (
        db,
        error,
        "INSERT INTO journal (kind, text, task, created_at) VALUES (?, ?, NULLIF (?, 0), ?)",
        "ssll",
        kind,
        text,
        task,
        now))
    return FALSE;
  if (id != NULL)
    *id = sqlite3_last_insert_rowid (db);
  return TRUE;
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipJournalRow *row = g_new0 (ShipJournalRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->kind = ship_statement_dup_string (statement, 1);
  row->text = ship_statement_dup_string (statement, 2);
  row->task = ship_statement_get_int64 (statement, 3);
  row->created_at = ship_statement_get_int64 (statement, 4);
  return row;
}

/* @limit: 0 for all */
GPtrArray *
ship_journal_table_list (sqlite3 *db, gint64 after, int limit, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (
      db,
      error,
      "SELECT id, kind, text, task, created_at FROM journal WHERE id > ? ORDER BY id LIMIT ?",
      "li",
      after,
      limit > 0 ? limit : -1),
    read_row,
    (GDestroyNotify) ship_journal_row_free,
    error);
}
