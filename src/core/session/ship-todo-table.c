/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-tables.h"

#include "session/ship-session-tables-private.h"
#include "session/ship-todo-reconcile.h"

/* The table "todo": the lists of a task's agents, one for each agent session. On the store's
 * thread, inside a job. */

static gpointer
read_row (ShipStatement *statement)
{
  ShipTodoRow *row = g_new0 (ShipTodoRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->agent_session = ship_statement_dup_string (statement, 1);
  row->content = ship_statement_dup_string (statement, 2);
  row->status = ship_statement_dup_string (statement, 3);
  row->priority = ship_statement_dup_string (statement, 4);
  return row;
}

static GPtrArray *
list_of_agent (sqlite3 *db, gint64 task, const char *agent_session, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db,
                        error,
                        "SELECT id, agent_session, content, status, priority FROM todo "
                        "WHERE task = ? AND agent_session = ? ORDER BY position",
                        "ls",
                        task,
                        agent_session),
    read_row,
    (GDestroyNotify) ship_todo_row_free,
    error);
}

/* An id that is NULL makes a new row. */
static gboolean
insert (sqlite3           *db,
        gint64             task,
        const char        *agent_session,
        int                position,
        const ShipTodoRow *row,
        GError           **error)
{
  return ship_statement_execute (
    db,
    error,
    "INSERT INTO todo (id, task, agent_session, position, content, status, priority) "
    "VALUES (NULLIF (?, 0), ?, ?, ?, ?, ?, ?)",
    "llsisss",
    row->id,
    task,
    agent_session,
    position,
    row->content,
    row->status,
    row->priority);
}

gboolean
ship_todo_table_replace (sqlite3    *db,
                         gint64      task,
                         const char *agent_session,
                         GPtrArray  *rows,
                         GError    **error)
{
  g_autoptr (GPtrArray) known = list_of_agent (db, task, agent_session, error);
  g_autoptr (GPtrArray) reconciled = NULL;

  if (known == NULL ||
      !ship_statement_execute (db,
                               error,
                               "DELETE FROM todo WHERE task = ? AND agent_session = ?",
                               "ls",
                               task,
                               agent_session))
    return FALSE;

  reconciled = ship_todo_reconcile (known, rows);
  for (guint i = 0; i < reconciled->len; i++)
    if (!insert (db, task, agent_session, (int) i, reconciled->pdata[i], error))
      return FALSE;
  return TRUE;
}

GPtrArray *
ship_todo_table_list (sqlite3 *db, gint64 task, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (
      db,
      error,
      "SELECT id, agent_session, content, status, priority FROM todo WHERE task = ? "
      "ORDER BY agent_session <> IFNULL ((SELECT agent_session FROM session), ''), "
      "agent_session, position",
      "l",
      task),
    read_row,
    (GDestroyNotify) ship_todo_row_free,
    error);
}
