/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-tables.h"

#include "session/ship-session-tables-private.h"

/* The table "todo": the agent's own list for a task, replaced as a whole. On the store's thread,
 * inside a job. */

gboolean
ship_todo_table_replace (sqlite3 *db, gint64 task, GPtrArray *rows, GError **error)
{
  if (!ship_statement_execute (db, error, "DELETE FROM todo WHERE task = ?", "l", task))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const ShipTodoRow *row = rows->pdata[i];

      if (!ship_statement_execute (
            db,
            error,
            "INSERT INTO todo (task, position, content, status, priority) VALUES (?, ?, ?, ?, ?)",
            "lisss",
            task,
            (int) i,
            row->content,
            row->status,
            row->priority))
        return FALSE;
    }
  return TRUE;
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipTodoRow *row = g_new0 (ShipTodoRow, 1);

  row->content = ship_statement_dup_string (statement, 0);
  row->status = ship_statement_dup_string (statement, 1);
  row->priority = ship_statement_dup_string (statement, 2);
  return row;
}

GPtrArray *
ship_todo_table_list (sqlite3 *db, gint64 task, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (
      db,
      error,
      "SELECT content, status, priority FROM todo WHERE task = ? ORDER BY position",
      "l",
      task),
    read_row,
    (GDestroyNotify) ship_todo_row_free,
    error);
}
