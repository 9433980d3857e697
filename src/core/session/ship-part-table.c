/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-tables.h"

#include "session/ship-session-tables-private.h"

/* The table "part": what a message is made of, growing while the agent streams. On the store's
 * thread, inside a job. */

#define SELECT                                                                                     \
  "SELECT id, agent_id, message, kind, text, tool, status, title, input, output, metadata, "       \
  "IFNULL (exit_code, -1), child_session, is_ended, started_at, ended_at FROM part "

gboolean
ship_part_table_upsert (sqlite3 *db, const ShipPartRow *row, gint64 *id, GError **error)
{
  gint64 written;

  if (!ship_table_read_int (
        ship_statement_new (
          db,
          error,
          "INSERT INTO part (agent_id, message, kind, text, tool, status, title, input, output, "
          "metadata, exit_code, child_session, is_ended, started_at, ended_at) "
          "SELECT ?, ?, ?, IFNULL (?, ''), ?, ?, ?, ?, ?, ?, NULLIF (?, -1), ?, ?, NULLIF (?, 0), "
          "NULLIF (?, 0) WHERE EXISTS (SELECT 1 FROM message WHERE id = ?) "
          "ON CONFLICT (agent_id) DO UPDATE SET message = excluded.message, "
          "kind = excluded.kind, text = excluded.text, tool = excluded.tool, "
          "status = excluded.status, title = excluded.title, input = excluded.input, "
          "output = excluded.output, metadata = excluded.metadata, "
          "exit_code = excluded.exit_code, child_session = excluded.child_session, "
          "is_ended = excluded.is_ended, started_at = excluded.started_at, "
          "ended_at = excluded.ended_at RETURNING id",
          "slssssssssisilll",
          row->agent_id,
          row->message,
          row->kind,
          row->text,
          row->tool,
          row->status,
          row->title,
          row->input,
          row->output,
          row->metadata,
          row->exit_code,
          row->child_session,
          row->is_ended != FALSE,
          row->started_at,
          row->ended_at,
          row->message),
        0,
        &written,
        error))
    return FALSE;
  if (written == 0)
    {
      g_set_error_literal (error,
                           SHIP_STORE_ERROR,
                           SHIP_STORE_ERROR_FAILED,
                           "There is no such message in the store");
      return FALSE;
    }
  if (id != NULL)
    *id = written;
  return TRUE;
}

gboolean
ship_part_table_append_text (sqlite3 *db, const char *agent_id, const char *text, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE part SET text = text || ? WHERE agent_id = ?",
                                 "ss",
                                 text,
                                 agent_id) &&
         ship_table_require_change (db, "part", error);
}

gboolean
ship_part_table_remove (sqlite3 *db, const char *agent_id, GError **error)
{
  return ship_statement_execute (db, error, "DELETE FROM part WHERE agent_id = ?", "s", agent_id);
}

gboolean
ship_part_table_interrupt_all (sqlite3 *db, gint64 now, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "UPDATE part SET is_ended = 1, ended_at = IFNULL (ended_at, ?), "
    "status = CASE WHEN status IN ('pending', 'running') THEN 'interrupted' ELSE status END "
    "WHERE is_ended = 0 OR status IN ('pending', 'running')",
    "l",
    now);
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipPartRow *row = g_new0 (ShipPartRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->agent_id = ship_statement_dup_string (statement, 1);
  row->message = ship_statement_get_int64 (statement, 2);
  row->kind = ship_statement_dup_string (statement, 3);
  row->text = ship_statement_dup_string (statement, 4);
  row->tool = ship_statement_dup_string (statement, 5);
  row->status = ship_statement_dup_string (statement, 6);
  row->title = ship_statement_dup_string (statement, 7);
  row->input = ship_statement_dup_string (statement, 8);
  row->output = ship_statement_dup_string (statement, 9);
  row->metadata = ship_statement_dup_string (statement, 10);
  row->exit_code = (int) ship_statement_get_int64 (statement, 11);
  row->child_session = ship_statement_dup_string (statement, 12);
  row->is_ended = ship_statement_get_int64 (statement, 13) != 0;
  row->started_at = ship_statement_get_int64 (statement, 14);
  row->ended_at = ship_statement_get_int64 (statement, 15);
  return row;
}

GPtrArray *
ship_part_table_list (sqlite3 *db, gint64 message, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db, error, SELECT "WHERE message = ? ORDER BY agent_id", "l", message),
    read_row,
    (GDestroyNotify) ship_part_row_free,
    error);
}

GPtrArray *
ship_part_table_list_all (sqlite3 *db, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (
      db,
      error,
      "SELECT id, agent_id, message, kind, text, tool, status, title, NULL, output, NULL, "
      "IFNULL (exit_code, -1), child_session, is_ended, started_at, ended_at FROM part "
      "ORDER BY message, agent_id",
      ""),
    read_row,
    (GDestroyNotify) ship_part_row_free,
    error);
}

gboolean
ship_part_table_count_sub_agents (sqlite3 *db, guint *n_running, guint *n_done, GError **error)
{
  gint64 all = 0;
  gint64 done = 0;

  if (!ship_table_read_int (
        ship_statement_new (db,
                            error,
                            "SELECT count (*) FROM part WHERE child_session IS NOT NULL",
                            ""),
        0,
        &all,
        error) ||
      !ship_table_read_int (
        ship_statement_new (
          db,
          error,
          "SELECT count (*) FROM part WHERE child_session IS NOT NULL AND is_ended",
          ""),
        0,
        &done,
        error))
    return FALSE;
  *n_running = (guint) (all - done);
  *n_done = (guint) done;
  return TRUE;
}

ShipPartRow *
ship_part_table_load (sqlite3 *db, gint64 id, GError **error)
{
  return ship_table_read_first (ship_statement_new (db, error, SELECT "WHERE id = ?", "l", id),
                                read_row,
                                error);
}
