/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-money-tables.h"

#include "session/ship-session-tables-private.h"

/* The table "request": what the agent asked and waits for. On the store's thread, inside a job. */

#define SELECT                                                                                     \
  "SELECT id, agent_id, agent_session, task, kind, permission, title, details, state, answer, "    \
  "created_at, answered_at, delivered_at FROM request "

/* A request that is told twice is still one; @id is then the first one's. One that was taken for
 * gone, and that the agent tells again, waits again. */
gboolean
ship_request_table_insert (sqlite3 *db, const ShipRequestRow *row, gint64 *id, GError **error)
{
  gint64 found;

  if (!ship_statement_execute (
        db,
        error,
        "INSERT INTO request (agent_id, agent_session, task, kind, permission, title, details, "
        "state, answer, created_at, answered_at) "
        "VALUES (?, ?, NULLIF (?, 0), IFNULL (?, 'permission'), ?, ?, ?, ?, ?, ?, NULLIF (?, 0)) "
        "ON CONFLICT (agent_id) DO UPDATE SET state = excluded.state, answer = excluded.answer, "
        "answered_at = excluded.answered_at WHERE request.state = 'withdrawn'",
        "sslssssssll",
        row->agent_id,
        row->agent_session,
        row->task,
        row->kind,
        row->permission,
        row->title,
        row->details,
        row->state,
        row->answer,
        row->created_at,
        row->answered_at))
    return FALSE;
  if (!ship_table_read_int (ship_statement_new (db,
                                                error,
                                                "SELECT id FROM request WHERE agent_id = ?",
                                                "s",
                                                row->agent_id),
                            0,
                            &found,
                            error))
    return FALSE;
  if (id != NULL)
    *id = found;
  return TRUE;
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipRequestRow *row = g_new0 (ShipRequestRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->agent_id = ship_statement_dup_string (statement, 1);
  row->agent_session = ship_statement_dup_string (statement, 2);
  row->task = ship_statement_get_int64 (statement, 3);
  row->kind = ship_statement_dup_string (statement, 4);
  row->permission = ship_statement_dup_string (statement, 5);
  row->title = ship_statement_dup_string (statement, 6);
  row->details = ship_statement_dup_string (statement, 7);
  row->state = ship_statement_dup_string (statement, 8);
  row->answer = ship_statement_dup_string (statement, 9);
  row->created_at = ship_statement_get_int64 (statement, 10);
  row->answered_at = ship_statement_get_int64 (statement, 11);
  row->delivered_at = ship_statement_get_int64 (statement, 12);
  return row;
}

ShipRequestRow *
ship_request_table_load (sqlite3 *db, gint64 id, GError **error)
{
  return ship_table_read_first (ship_statement_new (db, error, SELECT "WHERE id = ?", "l", id),
                                read_row,
                                error);
}

GPtrArray *
ship_request_table_list_open (sqlite3 *db, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db, error, SELECT "WHERE state = 'open' ORDER BY id", ""),
    read_row,
    (GDestroyNotify) ship_request_row_free,
    error);
}

/* Only an open one is closed: the agent's echo of an answer of ours changes nothing. */
gboolean
ship_request_table_close (sqlite3    *db,
                          const char *agent_id,
                          const char *state,
                          const char *answer,
                          gint64      now,
                          GError    **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE request SET state = ?, answer = ?, answered_at = ? WHERE "
                                 "agent_id = ? AND state = 'open'",
                                 "ssls",
                                 state,
                                 answer,
                                 now,
                                 agent_id);
}

gboolean
ship_request_table_set_delivered (sqlite3 *db, const char *agent_id, gint64 now, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "UPDATE request SET delivered_at = ? WHERE agent_id = ? AND state = 'answered'",
    "ls",
    now,
    agent_id);
}

/* For an answer that the agent did not take. */
gboolean
ship_request_table_reopen (sqlite3 *db, const char *agent_id, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "UPDATE request SET state = 'open', answer = NULL, answered_at = NULL "
    "WHERE agent_id = ? AND state = 'answered' AND delivered_at IS NULL",
    "s",
    agent_id);
}

/* What was answered and has not reached the agent is withdrawn, too: the answer had no effect. */
#define IS_UNSETTLED "(state = 'open' OR (state = 'answered' AND delivered_at IS NULL))"

gboolean
ship_request_table_withdraw (sqlite3 *db, const char *agent_id, gint64 now, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "UPDATE request SET state = 'withdrawn', answered_at = ? WHERE agent_id = ? AND " IS_UNSETTLED,
    "ls",
    now,
    agent_id);
}

/* A budget is ours to ask about: it outlives the turn, and the process. */
gboolean
ship_request_table_withdraw_all (sqlite3 *db, gint64 now, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "UPDATE request SET state = 'withdrawn', answered_at = ? WHERE kind <> 'budget' "
    "AND " IS_UNSETTLED,
    "l",
    now);
}

gboolean
ship_request_table_withdraw_budget (sqlite3 *db, gint64 task, gint64 now, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "UPDATE request SET state = 'withdrawn', answered_at = ? WHERE state = 'open' AND "
    "kind = 'budget' AND (? = 0 OR task = ?)",
    "lll",
    now,
    task,
    task);
}

ShipRequestRow *
ship_request_table_load_budget (sqlite3 *db, GError **error)
{
  return ship_table_read_first (
    ship_statement_new (db,
                        error,
                        SELECT "WHERE state = 'open' AND kind = 'budget' ORDER BY id DESC LIMIT 1",
                        ""),
    read_row,
    error);
}
