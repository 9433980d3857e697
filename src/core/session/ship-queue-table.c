/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-chat-tables.h"

#include "session/ship-session-tables-private.h"

/*
 * The table "task" as a queue: what the user changes of tasks that wait. Only positions that
 * waiting tasks have are given to waiting tasks, so that what ran stays where it was. On the
 * store's thread, inside a job.
 */

gboolean
ship_queue_table_edit (sqlite3    *db,
                       gint64      task,
                       const char *title,
                       const char *prompt,
                       const char *command,
                       GError    **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE task SET title = ?, prompt = ?, command = ? "
                                 "WHERE id = ? AND state = 'pending'",
                                 "sssl",
                                 title,
                                 prompt,
                                 command,
                                 task) &&
         sqlite3_changes (db) > 0;
}

/* It has kept its position. */
gboolean
ship_queue_table_restore (sqlite3 *db, gint64 task, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE task SET state = 'pending', ended_at = NULL "
                                 "WHERE id = ? AND state = 'cancelled' AND started_at IS NULL",
                                 "l",
                                 task) &&
         sqlite3_changes (db) > 0;
}

/* The ids and positions of the tasks that wait, in their order. */
static gboolean
read_queue (sqlite3 *db, GArray *ids, GArray *positions, GError **error)
{
  g_autoptr (ShipStatement) statement = ship_statement_new (
    db,
    error,
    "SELECT id, position FROM task WHERE state = 'pending' ORDER BY position, id",
    "");
  GError *step_error = NULL;

  if (statement == NULL)
    return FALSE;
  while (ship_statement_step (statement, &step_error))
    {
      gint64 id = ship_statement_get_int64 (statement, 0);
      gint64 position = ship_statement_get_int64 (statement, 1);

      g_array_append_val (ids, id);
      g_array_append_val (positions, position);
    }
  if (step_error != NULL)
    g_propagate_error (error, step_error);
  return step_error == NULL;
}

static int
find_id (GArray *ids, gint64 id)
{
  for (guint i = 0; i < ids->len; i++)
    if (g_array_index (ids, gint64, i) == id)
      return (int) i;
  return -1;
}

gboolean
ship_queue_table_move (sqlite3 *db, gint64 task, gint64 before, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (gint64));
  int from;
  int to;

  if (!read_queue (db, ids, positions, error))
    return FALSE;
  from = find_id (ids, task);
  if (from < 0 || (before != 0 && find_id (ids, before) < 0))
    return FALSE;
  if (before == task)
    return TRUE;

  g_array_remove_index (ids, (guint) from);
  to = before != 0 ? find_id (ids, before) : (int) ids->len;
  g_array_insert_val (ids, (guint) to, task);
  for (guint i = 0; i < ids->len; i++)
    if (!ship_statement_execute (db,
                                 error,
                                 "UPDATE task SET position = ? WHERE id = ?",
                                 "ll",
                                 g_array_index (positions, gint64, i),
                                 g_array_index (ids, gint64, i)))
      return FALSE;
  return TRUE;
}

static gpointer
read_text (ShipStatement *statement)
{
  return ship_statement_dup_string (statement, 0);
}

char *
ship_queue_table_load_message (sqlite3 *db, gint64 message, GError **error)
{
  return ship_table_read_first (
    ship_statement_new (db,
                        error,
                        "SELECT IFNULL ((SELECT group_concat (text, char (10, 10)) FROM "
                        "(SELECT text FROM part WHERE message = message.id AND kind = 'text' AND "
                        "text <> '' ORDER BY agent_id)), '') FROM message WHERE id = ?",
                        "l",
                        message),
    read_text,
    error);
}
