/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-money-tables.h"

#include "session/ship-session-tables-private.h"

/* The table "exchange": every model request as the gateway measured it. On the store's thread,
 * inside a job. */

gboolean
ship_exchange_table_insert (sqlite3 *db, const ShipExchangeRow *row, gint64 *id, GError **error)
{
  const ShipUsage *usage = &row->usage;

  if (!ship_statement_execute (
        db,
        error,
        "INSERT INTO exchange (task, provider, model, agent_session, status, is_estimate, "
        "input_tokens, output_tokens, reasoning_tokens, cache_read_tokens, cache_write_tokens, "
        "cost, started_at, duration_ms, purpose) VALUES (NULLIF (?, 0), ?, ?, ?, ?, ?, NULLIF (?, "
        "-1), "
        "NULLIF (?, -1), NULLIF (?, -1), NULLIF (?, -1), NULLIF (?, -1), NULLIF (?, -1.0), ?, ?, "
        "IFNULL (?, 'turn'))",
        "lsssiillllldlls",
        row->task,
        row->provider,
        row->model,
        row->agent_session,
        row->status,
        row->is_estimate != FALSE,
        usage->input,
        usage->output,
        usage->reasoning,
        usage->cache_read,
        usage->cache_write,
        ship_table_cost (row->cost),
        row->started_at,
        row->duration_ms,
        row->purpose))
    return FALSE;
  if (id != NULL)
    *id = sqlite3_last_insert_rowid (db);
  return TRUE;
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipExchangeRow *row = g_new0 (ShipExchangeRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->task = ship_statement_get_int64 (statement, 1);
  row->provider = ship_statement_dup_string (statement, 2);
  row->model = ship_statement_dup_string (statement, 3);
  row->agent_session = ship_statement_dup_string (statement, 4);
  row->status = (int) ship_statement_get_int64 (statement, 5);
  row->is_estimate = ship_statement_get_int64 (statement, 6) != 0;
  row->usage.input = ship_statement_get_int64 (statement, 7);
  row->usage.output = ship_statement_get_int64 (statement, 8);
  row->usage.reasoning = ship_statement_get_int64 (statement, 9);
  row->usage.cache_read = ship_statement_get_int64 (statement, 10);
  row->usage.cache_write = ship_statement_get_int64 (statement, 11);
  /* The cost of a request is decided once, by the gateway; what the provider said is part of it. */
  row->usage.reported_cost = -1.0;
  row->cost = ship_statement_get_double (statement, 12);
  row->started_at = ship_statement_get_int64 (statement, 13);
  row->duration_ms = ship_statement_get_int64 (statement, 14);
  row->purpose = ship_statement_dup_string (statement, 15);
  return row;
}

GPtrArray *
ship_exchange_table_list (sqlite3 *db, gint64 task, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (
      db,
      error,
      "SELECT id, task, provider, model, agent_session, status, is_estimate, "
      "IFNULL (input_tokens, -1), IFNULL (output_tokens, -1), IFNULL (reasoning_tokens, -1), "
      "IFNULL (cache_read_tokens, -1), IFNULL (cache_write_tokens, -1), IFNULL (cost, -1.0), "
      "started_at, duration_ms, purpose FROM exchange WHERE ? = 0 OR task = ? ORDER BY id",
      "ll",
      task,
      task),
    read_row,
    (GDestroyNotify) ship_exchange_row_free,
    error);
}

gboolean
ship_exchange_table_sum (sqlite3   *db,
                         gint64     task,
                         ShipUsage *usage,
                         double    *cost,
                         int       *n_unknown,
                         GError   **error)
{
  g_autoptr (ShipStatement) statement = NULL;

  /* Two statements in one: a task of its own is found by the index. */
  statement = ship_statement_new (
    db,
    error,
    "SELECT IFNULL (sum (input_tokens), -1), IFNULL (sum (output_tokens), -1), "
    "IFNULL (sum (reasoning_tokens), -1), IFNULL (sum (cache_read_tokens), -1), "
    "IFNULL (sum (cache_write_tokens), -1), total (cost), count (*) - count (cost) "
    "FROM exchange WHERE id IN (SELECT id FROM exchange WHERE task = ? "
    "UNION ALL SELECT id FROM exchange WHERE ? = 0)",
    "ll",
    task,
    task);
  if (statement == NULL || !ship_statement_step (statement, error))
    return FALSE;
  usage->input = ship_statement_get_int64 (statement, 0);
  usage->output = ship_statement_get_int64 (statement, 1);
  usage->reasoning = ship_statement_get_int64 (statement, 2);
  usage->cache_read = ship_statement_get_int64 (statement, 3);
  usage->cache_write = ship_statement_get_int64 (statement, 4);
  usage->reported_cost = -1.0;
  *cost = ship_statement_get_double (statement, 5);
  *n_unknown = (int) ship_statement_get_int64 (statement, 6);
  return TRUE;
}

gboolean
ship_exchange_table_sum_since (sqlite3 *db, gint64 from_ms, double *cost, GError **error)
{
  g_autoptr (ShipStatement) statement =
    ship_statement_new (db,
                        error,
                        "SELECT total (cost) FROM exchange WHERE started_at >= ?",
                        "l",
                        from_ms);

  if (statement == NULL || !ship_statement_step (statement, error))
    return FALSE;
  *cost = ship_statement_get_double (statement, 0);
  return TRUE;
}
