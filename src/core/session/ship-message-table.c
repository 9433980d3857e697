/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-tables.h"

#include "session/ship-session-tables-private.h"

/* The table "message": the turns of the conversation as the agent tells them. On the store's
 * thread, inside a job. */

gboolean
ship_message_table_upsert (sqlite3 *db, const ShipMessageRow *row, gint64 *id, GError **error)
{
  const ShipUsage *usage = &row->usage;
  gint64           written;

  if (!ship_table_read_int (
        ship_statement_new (
          db,
          error,
          "INSERT INTO message (agent_id, agent_session, task, role, provider, model, mode, "
          "input_tokens, output_tokens, reasoning_tokens, cache_read_tokens, cache_write_tokens, "
          "cost, finish, error, error_category, created_at, completed_at) "
          "VALUES (?, ?, NULLIF (?, 0), ?, ?, ?, ?, NULLIF (?, -1), NULLIF (?, -1), "
          "NULLIF (?, -1), NULLIF (?, -1), NULLIF (?, -1), NULLIF (?, -1.0), ?, ?, ?, ?, "
          "NULLIF (?, 0)) "
          "ON CONFLICT (agent_id) DO UPDATE SET agent_session = excluded.agent_session, "
          "task = IFNULL (task, excluded.task), role = excluded.role, provider = "
          "excluded.provider, "
          "model = excluded.model, mode = excluded.mode, input_tokens = excluded.input_tokens, "
          "output_tokens = excluded.output_tokens, reasoning_tokens = excluded.reasoning_tokens, "
          "cache_read_tokens = excluded.cache_read_tokens, "
          "cache_write_tokens = excluded.cache_write_tokens, cost = excluded.cost, "
          "finish = excluded.finish, error = excluded.error, "
          "error_category = excluded.error_category, created_at = excluded.created_at, "
          "completed_at = excluded.completed_at RETURNING id",
          "sslssssllllldsssll",
          row->agent_id,
          row->agent_session,
          row->task,
          row->role,
          row->provider,
          row->model,
          row->mode,
          usage->input,
          usage->output,
          usage->reasoning,
          usage->cache_read,
          usage->cache_write,
          ship_table_cost (usage->reported_cost),
          row->finish,
          row->error,
          row->error_category,
          row->created_at,
          row->completed_at),
        0,
        &written,
        error))
    return FALSE;
  if (id != NULL)
    *id = written;
  return TRUE;
}

gint64
ship_message_table_find (sqlite3 *db, const char *agent_id, GError **error)
{
  gint64 id;

  if (!ship_table_read_int (
        ship_statement_new (db, error, "SELECT id FROM message WHERE agent_id = ?", "s", agent_id),
        0,
        &id,
        error))
    return 0;
  return id;
}

gboolean
ship_message_table_get_newest (sqlite3    *db,
                               const char *agent_session,
                               gint64     *created_ms,
                               GError    **error)
{
  return ship_table_read_int (
    ship_statement_new (db,
                        error,
                        "SELECT IFNULL (MAX (created_at), 0) FROM message "
                        "WHERE agent_session = ?",
                        "s",
                        agent_session),
    0,
    created_ms,
    error);
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipMessageRow *row = g_new0 (ShipMessageRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->agent_id = ship_statement_dup_string (statement, 1);
  row->agent_session = ship_statement_dup_string (statement, 2);
  row->task = ship_statement_get_int64 (statement, 3);
  row->role = ship_statement_dup_string (statement, 4);
  row->provider = ship_statement_dup_string (statement, 5);
  row->model = ship_statement_dup_string (statement, 6);
  row->mode = ship_statement_dup_string (statement, 7);
  row->usage.input = ship_statement_get_int64 (statement, 8);
  row->usage.output = ship_statement_get_int64 (statement, 9);
  row->usage.reasoning = ship_statement_get_int64 (statement, 10);
  row->usage.cache_read = ship_statement_get_int64 (statement, 11);
  row->usage.cache_write = ship_statement_get_int64 (statement, 12);
  row->usage.reported_cost = ship_statement_get_double (statement, 13);
  row->finish = ship_statement_dup_string (statement, 14);
  row->error = ship_statement_dup_string (statement, 15);
  row->error_category = ship_statement_dup_string (statement, 16);
  row->created_at = ship_statement_get_int64 (statement, 17);
  row->completed_at = ship_statement_get_int64 (statement, 18);
  return row;
}

#define SELECT                                                                                     \
  "SELECT id, agent_id, agent_session, task, role, provider, model, mode, "                        \
  "IFNULL (input_tokens, -1), IFNULL (output_tokens, -1), IFNULL (reasoning_tokens, -1), "         \
  "IFNULL (cache_read_tokens, -1), IFNULL (cache_write_tokens, -1), IFNULL (cost, -1.0), "         \
  "finish, error, error_category, created_at, completed_at FROM message "

GPtrArray *
ship_message_table_list (sqlite3 *db, gint64 task, GError **error)
{
  return ship_table_read_all (ship_statement_new (db,
                                                  error,
                                                  SELECT
                                                  "WHERE ? = 0 OR task = ? ORDER BY agent_id",
                                                  "ll",
                                                  task,
                                                  task),
                              read_row,
                              (GDestroyNotify) ship_message_row_free,
                              error);
}

ShipMessageRow *
ship_message_table_load (sqlite3 *db, gint64 id, GError **error)
{
  return ship_table_read_first (ship_statement_new (db, error, SELECT "WHERE id = ?", "l", id),
                                read_row,
                                error);
}

static gpointer
read_outline (ShipStatement *statement)
{
  ShipMessageRow *row = g_new0 (ShipMessageRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->agent_session = ship_statement_dup_string (statement, 1);
  row->task = ship_statement_get_int64 (statement, 2);
  row->role = ship_statement_dup_string (statement, 3);
  row->created_at = ship_statement_get_int64 (statement, 4);
  row->completed_at = ship_statement_get_int64 (statement, 5);
  return row;
}

GPtrArray *
ship_message_table_list_outline (sqlite3 *db, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db,
                        error,
                        "SELECT id, agent_session, IFNULL (task, 0), role, created_at, "
                        "IFNULL (completed_at, 0) FROM message WHERE role = 'assistant' "
                        "ORDER BY agent_id",
                        ""),
    read_outline,
    (GDestroyNotify) ship_message_row_free,
    error);
}
