/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-index-tables.h"

#include "session/ship-session-tables.h"

/* What the index says of a session, read from the session's own store. On the store's thread,
 * inside a job. */

ShipIndexRow *
ship_index_row_derive (sqlite3 *db, GError **error)
{
  g_autoptr (ShipSessionRow) session = ship_session_table_load (db, error);
  g_autoptr (GPtrArray) requests = NULL;
  g_autoptr (ShipIndexRow) row = NULL;
  ShipUsage usage = SHIP_USAGE_INIT;
  int       n_unknown = 0;

  if (session == NULL)
    return NULL;

  row = g_new0 (ShipIndexRow, 1);
  row->n_pending = ship_task_table_count_pending (db, error);
  requests = row->n_pending >= 0 ? ship_request_table_list_open (db, error) : NULL;
  if (requests == NULL || !ship_exchange_table_sum (db, 0, &usage, &row->cost, &n_unknown, error) ||
      !ship_task_table_get_last_end (db, &row->finished_at, error))
    return NULL;

  row->id = g_steal_pointer (&session->id);
  row->title = g_steal_pointer (&session->title);
  row->repository = g_steal_pointer (&session->repository);
  row->repository_name = g_steal_pointer (&session->repository_name);
  row->branch = g_steal_pointer (&session->branch);
  row->state = g_steal_pointer (&session->state);
  row->detail = g_steal_pointer (&session->detail);
  row->model = g_steal_pointer (&session->model);
  row->is_cost_known = n_unknown == 0;
  row->n_requests = requests->len;
  row->requests = g_steal_pointer (&requests);
  row->created_at = session->created_at;
  row->updated_at = session->updated_at;
  row->archived_at = session->archived_at;
  row->is_spare = session->is_spare;

  return g_steal_pointer (&row);
}
