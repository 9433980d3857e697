/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-index-tables.h"

#include "session/ship-session-tables-private.h"

/* The index's table "ledger": money by day. It outlives the sessions it is about. On the store's
 * thread, inside a job. */

/* What is billed as input or output, whatever the provider calls it; what it did not say counts as
 * none. */
static gint64
known (gint64 tokens)
{
  return MAX (tokens, 0);
}

gboolean
ship_ledger_table_add (sqlite3               *db,
                       const char            *day,
                       const char            *session,
                       const ShipExchangeRow *exchange,
                       GError               **error)
{
  const ShipUsage *usage = &exchange->usage;
  gint64 input = known (usage->input) + known (usage->cache_read) + known (usage->cache_write);
  gint64 output = known (usage->output) + known (usage->reasoning);

  return ship_statement_execute (
    db,
    error,
    "INSERT INTO ledger (day, session, provider, model, n_requests, input_tokens, output_tokens, "
    "cost, n_unknown) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?) "
    "ON CONFLICT (day, session, provider, model) DO UPDATE SET n_requests = n_requests + 1, "
    "input_tokens = input_tokens + excluded.input_tokens, "
    "output_tokens = output_tokens + excluded.output_tokens, cost = cost + excluded.cost, "
    "n_unknown = n_unknown + excluded.n_unknown",
    "sssslldi",
    day,
    session,
    exchange->provider,
    exchange->model,
    input,
    output,
    MAX (exchange->cost, 0.0),
    exchange->cost < 0);
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipLedgerRow *row = g_new0 (ShipLedgerRow, 1);

  row->day = ship_statement_dup_string (statement, 0);
  row->session = ship_statement_dup_string (statement, 1);
  row->provider = ship_statement_dup_string (statement, 2);
  row->model = ship_statement_dup_string (statement, 3);
  row->n_requests = (int) ship_statement_get_int64 (statement, 4);
  row->usage = (ShipUsage) SHIP_USAGE_INIT;
  row->usage.input = ship_statement_get_int64 (statement, 5);
  row->usage.output = ship_statement_get_int64 (statement, 6);
  row->cost = ship_statement_get_double (statement, 7);
  row->n_unknown = (int) ship_statement_get_int64 (statement, 8);
  return row;
}

GPtrArray *
ship_ledger_table_list (sqlite3 *db, const char *from_day, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db,
                        error,
                        "SELECT day, session, provider, model, n_requests, input_tokens, "
                        "output_tokens, cost, n_unknown FROM ledger WHERE day >= ? "
                        "ORDER BY day, session, provider, model",
                        "s",
                        from_day),
    read_row,
    (GDestroyNotify) ship_ledger_row_free,
    error);
}

gboolean
ship_ledger_table_sum_day (sqlite3    *db,
                           const char *day,
                           const char *session,
                           double     *own,
                           double     *others,
                           GError    **error)
{
  g_autoptr (ShipStatement) statement = ship_statement_new (
    db,
    error,
    "SELECT total (CASE WHEN session = ? THEN cost END), total (CASE WHEN session <> ? THEN cost "
    "END) FROM ledger WHERE day = ?",
    "sss",
    session,
    session,
    day);

  if (statement == NULL || !ship_statement_step (statement, error))
    return FALSE;
  *own = ship_statement_get_double (statement, 0);
  *others = ship_statement_get_double (statement, 1);
  return TRUE;
}
