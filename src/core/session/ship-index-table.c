/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-index-tables.h"

#include "session/ship-draft-table.h"
#include "session/ship-session-tables-private.h"

/* The index's table "session": a row a session. On the store's thread, inside a job. */

#define SELECT                                                                                     \
  "SELECT id, title, repository, repository_name, branch, state, detail, model, "                  \
  "IFNULL (cost, -1.0), is_cost_known, n_pending, n_requests, created_at, updated_at, "            \
  "archived_at, finished_at, seen_at, is_spare FROM session "

/* Once the row is there, when it was made does not change; but a spare is made when it is claimed.
 * What the user has seen is not the session's to say; what is put in anew counts as seen: nobody
 * knows better. */
gboolean
ship_index_table_upsert (sqlite3 *db, const ShipIndexRow *row, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "INSERT INTO session (id, title, repository, repository_name, branch, state, detail, model, "
    "cost, is_cost_known, n_pending, n_requests, created_at, updated_at, archived_at, finished_at, "
    "seen_at, is_spare) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULLIF (?, -1.0), ?, ?, ?, ?, ?, NULLIF (?, 0), ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET title = excluded.title, repository = excluded.repository, "
    "repository_name = excluded.repository_name, branch = excluded.branch, "
    "state = excluded.state, detail = excluded.detail, model = excluded.model, "
    "cost = excluded.cost, is_cost_known = excluded.is_cost_known, "
    "n_pending = excluded.n_pending, n_requests = excluded.n_requests, "
    "created_at = CASE WHEN session.is_spare THEN excluded.created_at ELSE session.created_at END, "
    "updated_at = excluded.updated_at, archived_at = excluded.archived_at, "
    "finished_at = excluded.finished_at, is_spare = excluded.is_spare",
    "ssssssssdiiillllli",
    row->id,
    row->title,
    row->repository,
    row->repository_name,
    row->branch,
    row->state,
    row->detail,
    row->model,
    ship_table_cost (row->cost),
    row->is_cost_known != FALSE,
    row->n_pending,
    row->n_requests,
    row->created_at,
    row->updated_at,
    row->archived_at,
    row->finished_at,
    MAX (row->updated_at, row->finished_at),
    row->is_spare != FALSE);
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipIndexRow *row = g_new0 (ShipIndexRow, 1);

  row->id = ship_statement_dup_string (statement, 0);
  row->title = ship_statement_dup_string (statement, 1);
  row->repository = ship_statement_dup_string (statement, 2);
  row->repository_name = ship_statement_dup_string (statement, 3);
  row->branch = ship_statement_dup_string (statement, 4);
  row->state = ship_statement_dup_string (statement, 5);
  row->detail = ship_statement_dup_string (statement, 6);
  row->model = ship_statement_dup_string (statement, 7);
  row->cost = ship_statement_get_double (statement, 8);
  row->is_cost_known = ship_statement_get_int64 (statement, 9) != 0;
  row->n_pending = (int) ship_statement_get_int64 (statement, 10);
  row->n_requests = (int) ship_statement_get_int64 (statement, 11);
  row->created_at = ship_statement_get_int64 (statement, 12);
  row->updated_at = ship_statement_get_int64 (statement, 13);
  row->archived_at = ship_statement_get_int64 (statement, 14);
  row->finished_at = ship_statement_get_int64 (statement, 15);
  row->seen_at = ship_statement_get_int64 (statement, 16);
  row->is_spare = ship_statement_get_int64 (statement, 17) != 0;
  return row;
}

GPtrArray *
ship_index_table_list (sqlite3 *db, gboolean archived, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db,
                        error,
                        SELECT "WHERE is_spare = 0 AND (archived_at IS NOT NULL) = ? "
                               "ORDER BY updated_at DESC, id",
                        "i",
                        archived != FALSE),
    read_row,
    (GDestroyNotify) ship_index_row_free,
    error);
}

GPtrArray *
ship_index_table_list_all (sqlite3 *db, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db, error, SELECT "WHERE is_spare = 0 ORDER BY updated_at DESC, id", ""),
    read_row,
    (GDestroyNotify) ship_index_row_free,
    error);
}

GPtrArray *
ship_index_table_list_spares (sqlite3 *db, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db, error, SELECT "WHERE is_spare <> 0 ORDER BY created_at, id", ""),
    read_row,
    (GDestroyNotify) ship_index_row_free,
    error);
}

ShipIndexRow *
ship_index_table_load (sqlite3 *db, const char *id, GError **error)
{
  return ship_table_read_first (ship_statement_new (db, error, SELECT "WHERE id = ?", "s", id),
                                read_row,
                                error);
}

gboolean
ship_index_table_delete (sqlite3 *db, const char *id, GError **error)
{
  return ship_statement_execute (db, error, "DELETE FROM request WHERE session = ?", "s", id) &&
         ship_draft_table_delete (db, id, error) &&
         ship_statement_execute (db, error, "DELETE FROM session WHERE id = ?", "s", id);
}

gboolean
ship_index_table_set_seen (sqlite3 *db, const char *id, gint64 seen_at, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE session SET seen_at = ? WHERE id = ?",
                                 "ls",
                                 seen_at,
                                 id);
}
