/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-money-tables.h"

#include "session/ship-session-tables-private.h"

/* The table "task": the queue of prompts and what became of each. On the store's thread, inside a
 * job. */

#define SELECT                                                                                     \
  "SELECT id, position, title, prompt, mode, model, state, error, error_category, from_commit, "   \
  "to_commit, IFNULL (files_changed, -1), variant, command, source_message, created_at, "          \
  "started_at, ended_at, IFNULL (turn_budget, 0.0) FROM task "

gboolean
ship_task_table_insert (sqlite3 *db, const ShipTaskRow *row, gint64 *id, GError **error)
{
  if (!ship_statement_execute (
        db,
        error,
        "INSERT INTO task (position, title, prompt, mode, model, state, error, error_category, "
        "from_commit, to_commit, files_changed, variant, command, source_message, created_at, "
        "started_at, ended_at) "
        "VALUES ((SELECT IFNULL (max (position), 0) + 1 FROM task), ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "NULLIF (?, -1), ?, ?, NULLIF (?, 0), ?, NULLIF (?, 0), NULLIF (?, 0))",
        "sssssssssissllll",
        row->title,
        row->prompt,
        row->mode,
        row->model,
        row->state,
        row->error,
        row->error_category,
        row->from_commit,
        row->to_commit,
        row->files_changed,
        row->variant,
        row->command,
        row->source_message,
        row->created_at,
        row->started_at,
        row->ended_at))
    return FALSE;
  if (id != NULL)
    *id = sqlite3_last_insert_rowid (db);
  return TRUE;
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipTaskRow *row = g_new0 (ShipTaskRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->position = ship_statement_get_int64 (statement, 1);
  row->title = ship_statement_dup_string (statement, 2);
  row->prompt = ship_statement_dup_string (statement, 3);
  row->mode = ship_statement_dup_string (statement, 4);
  row->model = ship_statement_dup_string (statement, 5);
  row->state = ship_statement_dup_string (statement, 6);
  row->error = ship_statement_dup_string (statement, 7);
  row->error_category = ship_statement_dup_string (statement, 8);
  row->from_commit = ship_statement_dup_string (statement, 9);
  row->to_commit = ship_statement_dup_string (statement, 10);
  row->files_changed = (int) ship_statement_get_int64 (statement, 11);
  row->variant = ship_statement_dup_string (statement, 12);
  row->command = ship_statement_dup_string (statement, 13);
  row->source_message = ship_statement_get_int64 (statement, 14);
  row->created_at = ship_statement_get_int64 (statement, 15);
  row->started_at = ship_statement_get_int64 (statement, 16);
  row->ended_at = ship_statement_get_int64 (statement, 17);
  row->turn_budget = ship_statement_get_double (statement, 18);
  return row;
}

ShipTaskRow *
ship_task_table_load (sqlite3 *db, gint64 id, GError **error)
{
  return ship_table_read_first (ship_statement_new (db, error, SELECT "WHERE id = ?", "l", id),
                                read_row,
                                error);
}

GPtrArray *
ship_task_table_list (sqlite3 *db, GError **error)
{
  return ship_table_read_all (ship_statement_new (db, error, SELECT "ORDER BY position, id", ""),
                              read_row,
                              (GDestroyNotify) ship_task_row_free,
                              error);
}

ShipTaskRow *
ship_task_table_load_next (sqlite3 *db, GError **error)
{
  return ship_table_read_first (
    ship_statement_new (db,
                        error,
                        SELECT "WHERE state = 'pending' ORDER BY position, id LIMIT 1",
                        ""),
    read_row,
    error);
}

ShipTaskRow *
ship_task_table_load_current (sqlite3 *db, GError **error)
{
  return ship_table_read_first (
    ship_statement_new (db,
                        error,
                        SELECT
                        "WHERE state IN ('sending', 'running') ORDER BY position, id LIMIT 1",
                        ""),
    read_row,
    error);
}

int
ship_task_table_count_pending (sqlite3 *db, GError **error)
{
  gint64 count;

  if (!ship_table_read_int (
        ship_statement_new (db, error, "SELECT count (*) FROM task WHERE state = 'pending'", ""),
        0,
        &count,
        error))
    return -1;
  return (int) count;
}

gboolean
ship_task_table_get_last_end (sqlite3 *db, gint64 *ended_at, GError **error)
{
  return ship_table_read_int (
    ship_statement_new (db,
                        error,
                        "SELECT IFNULL (max (ended_at), 0) FROM task WHERE state = 'complete'",
                        ""),
    0,
    ended_at,
    error);
}

/* A task that is run again starts over: what its last run left is taken away. */
gboolean
ship_task_table_set_started (sqlite3    *db,
                             gint64      id,
                             const char *state,
                             const char *from_commit,
                             gint64      now,
                             GError    **error)
{
  return ship_statement_execute (
           db,
           error,
           "UPDATE task SET state = ?, from_commit = ?, started_at = ?, ended_at = NULL, "
           "to_commit = NULL, files_changed = NULL, error = NULL, error_category = NULL WHERE id = "
           "?",
           "ssll",
           state,
           from_commit,
           now,
           id) &&
         ship_table_require_change (db, "task", error);
}

gboolean
ship_task_table_set_state (sqlite3 *db, gint64 id, const char *state, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE task SET state = ?, ended_at = NULL, error = NULL,"
                                 " error_category = NULL WHERE id = ?",
                                 "sl",
                                 state,
                                 id) &&
         ship_table_require_change (db, "task", error);
}

gboolean
ship_task_table_set_ended (sqlite3    *db,
                           gint64      id,
                           const char *state,
                           const char *to_commit,
                           int         files_changed,
                           const char *error_text,
                           const char *category,
                           gint64      now,
                           GError    **error)
{
  return ship_statement_execute (
           db,
           error,
           "UPDATE task SET state = ?, to_commit = ?, files_changed = NULLIF (?, -1), error = ?, "
           "error_category = ?, ended_at = ? WHERE id = ?",
           "ssissll",
           state,
           to_commit,
           files_changed,
           error_text,
           category,
           now,
           id) &&
         ship_table_require_change (db, "task", error);
}

gboolean
ship_task_table_put_first (sqlite3 *db, gint64 id, GError **error)
{
  return ship_statement_execute (
           db,
           error,
           "UPDATE task SET state = 'pending', ended_at = NULL, error = NULL, error_category = "
           "NULL, position = min (position, IFNULL ((SELECT min (position) - 1 FROM task WHERE "
           "state = 'pending'), position)) WHERE id = ?",
           "l",
           id) &&
         ship_table_require_change (db, "task", error);
}

gboolean
ship_task_table_set_turn_budget (sqlite3 *db, gint64 id, double budget, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE task SET turn_budget = NULLIF (?, 0.0) WHERE id = ?",
                                 "dl",
                                 budget,
                                 id);
}
