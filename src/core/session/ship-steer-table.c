/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-chat-tables.h"

#include "base/ship-names.h"
#include "session/ship-session-tables-private.h"
#include "session/ship-session-tables.h"

/* The table "steer": what the user said into a turn that ran. On the store's thread, inside a job.
 */

#define MAX_TITLE_CHARS 80

gboolean
ship_steer_table_insert (sqlite3 *db, const ShipSteerRow *row, gint64 *id, GError **error)
{
  if (!ship_statement_execute (
        db,
        error,
        "INSERT INTO steer (task, agent_id, text, state, created_at) VALUES (?, ?, ?, ?, ?)",
        "lsssl",
        row->task,
        row->agent_id,
        row->text,
        row->state,
        row->created_at))
    return FALSE;
  if (id != NULL)
    *id = sqlite3_last_insert_rowid (db);
  return TRUE;
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipSteerRow *row = g_new0 (ShipSteerRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->task = ship_statement_get_int64 (statement, 1);
  row->agent_id = ship_statement_dup_string (statement, 2);
  row->text = ship_statement_dup_string (statement, 3);
  row->state = ship_statement_dup_string (statement, 4);
  row->created_at = ship_statement_get_int64 (statement, 5);
  row->read_at = ship_statement_get_int64 (statement, 6);
  return row;
}

GPtrArray *
ship_steer_table_list (sqlite3 *db, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (
      db,
      error,
      "SELECT id, task, agent_id, text, state, created_at, read_at FROM steer ORDER BY id",
      ""),
    read_row,
    (GDestroyNotify) ship_steer_row_free,
    error);
}

gboolean
ship_steer_table_set_read (sqlite3 *db, const char *agent_id, gint64 now, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "UPDATE steer SET state = 'read', read_at = ?1 WHERE state = 'waiting' AND id <= "
    "(SELECT id FROM steer WHERE agent_id = ?2)",
    "ls",
    now,
    agent_id);
}

/* As a task before @first, in the mode and with the model of the task it was said into. */
static gboolean
make_task (sqlite3 *db, const ShipSteerRow *steer, gint64 first, gint64 now, GError **error)
{
  g_autoptr (ShipTaskRow) task = ship_task_table_load (db, steer->task, error);
  g_autofree char *title = ship_names_title (steer->text, MAX_TITLE_CHARS);
  ShipTaskRow      row = { .files_changed = -1 };
  gint64           id;

  if (task == NULL)
    return FALSE;
  row.title = title;
  row.prompt = steer->text;
  row.mode = task->mode;
  row.model = task->model;
  row.variant = task->variant;
  row.state = (char *) "pending";
  row.created_at = now;
  return ship_task_table_insert (db, &row, &id, error) &&
         (first == 0 || ship_queue_table_move (db, id, first, error)) &&
         ship_statement_execute (db,
                                 error,
                                 "UPDATE attachment SET task = ?, steer = NULL WHERE steer = ?",
                                 "ll",
                                 id,
                                 steer->id);
}

gboolean
ship_steer_table_settle (sqlite3 *db, gint64 task, gboolean is_dropped, gint64 now, GError **error)
{
  g_autoptr (GPtrArray) steers = ship_steer_table_list (db, error);
  g_autoptr (ShipTaskRow) first = NULL;
  GError *local = NULL;

  if (steers == NULL)
    return FALSE;
  first = ship_task_table_load_next (db, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }

  for (guint i = 0; i < steers->len; i++)
    {
      const ShipSteerRow *steer = steers->pdata[i];

      if (!g_str_equal (steer->state, "waiting") || (task != 0 && steer->task != task))
        continue;
      if (!is_dropped && !make_task (db, steer, first != NULL ? first->id : 0, now, error))
        return FALSE;
      if (!ship_statement_execute (db,
                                   error,
                                   "UPDATE steer SET state = ? WHERE id = ?",
                                   "sl",
                                   is_dropped ? "dropped" : "queued",
                                   steer->id))
        return FALSE;
    }
  return TRUE;
}

static gpointer
read_agent_id (ShipStatement *statement)
{
  return ship_statement_dup_string (statement, 0);
}

GPtrArray *
ship_steer_table_list_unforgotten (sqlite3 *db, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db,
                        error,
                        "SELECT agent_id FROM steer WHERE state IN ('queued', 'dropped') AND NOT "
                        "is_forgotten ORDER BY id",
                        ""),
    read_agent_id,
    g_free,
    error);
}

gboolean
ship_steer_table_set_forgotten (sqlite3 *db, const char *agent_id, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE steer SET is_forgotten = 1 WHERE agent_id = ?",
                                 "s",
                                 agent_id);
}
