/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-money-tables.h"

#include "session/ship-session-tables-private.h"

/* The table "session": the one row a session's store is about. On the store's thread, inside a job.
 */

#define COLUMNS                                                                                    \
  "id, title, repository, repository_name, base_branch, base_commit, branch, head_commit, "        \
  "sandbox, model, mode, state, detail, error_category, agent_session, user_name, user_email, "    \
  "variant, title_source, IFNULL (turn_budget, 0.0), IFNULL (session_budget, 0.0), is_spare, "     \
  "created_at, updated_at, archived_at"

gboolean
ship_session_table_insert (sqlite3 *db, const ShipSessionRow *row, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "INSERT INTO session (id, title, repository, repository_name, base_branch, base_commit, "
    "branch, "
    "head_commit, sandbox, model, mode, state, detail, error_category, agent_session, user_name, "
    "user_email, variant, title_source, turn_budget, session_budget, is_spare, created_at, "
    "updated_at, archived_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "IFNULL (?, 'prompt'), NULLIF (?, 0.0), NULLIF (?, 0.0), ?, ?, ?, NULLIF (?, 0))",
    "sssssssssssssssssssddilll",
    row->id,
    row->title,
    row->repository,
    row->repository_name,
    row->base_branch,
    row->base_commit,
    row->branch,
    row->head_commit,
    row->sandbox,
    row->model,
    row->mode,
    row->state,
    row->detail,
    row->error_category,
    row->agent_session,
    row->user_name,
    row->user_email,
    row->variant,
    row->title_source,
    row->turn_budget,
    row->session_budget,
    row->is_spare != FALSE,
    row->created_at,
    row->updated_at,
    row->archived_at);
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipSessionRow *row = g_new0 (ShipSessionRow, 1);

  row->id = ship_statement_dup_string (statement, 0);
  row->title = ship_statement_dup_string (statement, 1);
  row->repository = ship_statement_dup_string (statement, 2);
  row->repository_name = ship_statement_dup_string (statement, 3);
  row->base_branch = ship_statement_dup_string (statement, 4);
  row->base_commit = ship_statement_dup_string (statement, 5);
  row->branch = ship_statement_dup_string (statement, 6);
  row->head_commit = ship_statement_dup_string (statement, 7);
  row->sandbox = ship_statement_dup_string (statement, 8);
  row->model = ship_statement_dup_string (statement, 9);
  row->mode = ship_statement_dup_string (statement, 10);
  row->state = ship_statement_dup_string (statement, 11);
  row->detail = ship_statement_dup_string (statement, 12);
  row->error_category = ship_statement_dup_string (statement, 13);
  row->agent_session = ship_statement_dup_string (statement, 14);
  row->user_name = ship_statement_dup_string (statement, 15);
  row->user_email = ship_statement_dup_string (statement, 16);
  row->variant = ship_statement_dup_string (statement, 17);
  row->title_source = ship_statement_dup_string (statement, 18);
  row->turn_budget = ship_statement_get_double (statement, 19);
  row->session_budget = ship_statement_get_double (statement, 20);
  row->is_spare = ship_statement_get_int64 (statement, 21) != 0;
  row->created_at = ship_statement_get_int64 (statement, 22);
  row->updated_at = ship_statement_get_int64 (statement, 23);
  row->archived_at = ship_statement_get_int64 (statement, 24);
  return row;
}

ShipSessionRow *
ship_session_table_load (sqlite3 *db, GError **error)
{
  GError         *inner = NULL;
  ShipSessionRow *row;

  row =
    ship_table_read_first (ship_statement_new (db, &inner, "SELECT " COLUMNS " FROM session", ""),
                           read_row,
                           &inner);
  if (row == NULL && inner == NULL)
    g_set_error_literal (&inner,
                         SHIP_STORE_ERROR,
                         SHIP_STORE_ERROR_DAMAGED,
                         "The session's store does not say which session it is");
  if (inner != NULL)
    g_propagate_error (error, inner);
  return row;
}

gboolean
ship_session_table_adopt (sqlite3 *db, const ShipSessionRow *row, GError **error)
{
  return ship_statement_execute (
           db,
           error,
           "UPDATE session SET is_spare = 0, title = ?, title_source = ?, base_branch = ?, "
           "branch = ?, model = ?, variant = ?, mode = ?, session_budget = NULLIF (?, 0.0), "
           "user_name = ?, user_email = ?, created_at = ?, updated_at = ? WHERE is_spare <> 0",
           "sssssssdssll",
           row->title,
           row->title_source,
           row->base_branch,
           row->branch,
           row->model,
           row->variant,
           row->mode,
           row->session_budget,
           row->user_name,
           row->user_email,
           row->created_at,
           row->updated_at) &&
         ship_table_require_change (db, "session", error);
}

gboolean
ship_session_table_set_state (sqlite3    *db,
                              const char *state,
                              const char *detail,
                              const char *category,
                              gint64      now,
                              GError    **error)
{
  return ship_statement_execute (
           db,
           error,
           "UPDATE session SET state = ?, detail = ?, error_category = ?, updated_at = ?",
           "sssl",
           state,
           detail,
           category,
           now) &&
         ship_table_require_change (db, "session", error);
}

gboolean
ship_session_table_set_title (sqlite3 *db, const char *title, gint64 now, GError **error)
{
  return ship_statement_execute (
           db,
           error,
           "UPDATE session SET title = ?, title_source = 'user', updated_at = ?",
           "sl",
           title,
           now) &&
         ship_table_require_change (db, "session", error);
}

gboolean
ship_session_table_suggest_title (sqlite3 *db, const char *title, gint64 now, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE session SET title = ?, title_source = 'model', "
                                 "updated_at = ? WHERE title_source = 'prompt'",
                                 "sl",
                                 title,
                                 now);
}

gboolean
ship_session_table_set_agent_session (sqlite3 *db, const char *agent_session, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE session SET agent_session = ?",
                                 "s",
                                 agent_session) &&
         ship_table_require_change (db, "session", error);
}

gboolean
ship_session_table_set_head_commit (sqlite3 *db, const char *commit, gint64 now, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE session SET head_commit = ?, updated_at = ?",
                                 "sl",
                                 commit,
                                 now) &&
         ship_table_require_change (db, "session", error);
}

gboolean
ship_session_table_set_turn_budget (sqlite3 *db, double budget, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE session SET turn_budget = NULLIF (?, 0.0)",
                                 "d",
                                 budget);
}

gboolean
ship_session_table_set_session_budget (sqlite3 *db, double budget, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE session SET session_budget = NULLIF (?, 0.0)",
                                 "d",
                                 budget);
}

gboolean
ship_session_table_load_discard (sqlite3 *db, gint64 *discard, GError **error)
{
  return ship_table_read_int (ship_statement_new (db, error, "SELECT discard FROM session", ""),
                              0,
                              discard,
                              error);
}

gboolean
ship_session_table_set_discard (sqlite3 *db, gint64 discard, gint64 now, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE session SET discard = ?, updated_at = ?",
                                 "ll",
                                 discard,
                                 now) &&
         ship_table_require_change (db, "session", error);
}
