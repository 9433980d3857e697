/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-shelf-table.h"

#include "session/ship-session-tables-private.h"
#include "session/ship-session-tables.h"

/* See the header. */

gboolean
ship_session_shelf_table_set_branch (sqlite3    *db,
                                     const char *branch,
                                     const char *old,
                                     gint64      now,
                                     GError    **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE session SET branch = ?, old_branch = ?, updated_at = ?",
                                 "ssl",
                                 branch,
                                 old,
                                 now) &&
         ship_table_require_change (db, "session", error);
}

gboolean
ship_session_shelf_table_load_old_branch (sqlite3 *db, char **old, GError **error)
{
  g_autoptr (ShipStatement) statement =
    ship_statement_new (db, error, "SELECT old_branch FROM session", "");
  GError *inner = NULL;

  if (statement == NULL)
    return FALSE;
  *old = ship_statement_step (statement, &inner) ? ship_statement_dup_string (statement, 0) : NULL;
  if (inner != NULL)
    g_propagate_error (error, inner);
  return inner == NULL;
}

gboolean
ship_session_shelf_table_apply_archived (sqlite3    *db,
                                         gboolean    archived,
                                         const char *notice,
                                         gint64      now,
                                         GError    **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE session SET archived_at = NULLIF (?, 0), "
                                 "updated_at = IFNULL (NULLIF (?, 0), updated_at)",
                                 "ll",
                                 archived ? now : (gint64) 0,
                                 archived ? (gint64) 0 : now) &&
         ship_table_require_change (db, "session", error) &&
         ship_journal_table_insert (db, "notice", notice, 0, now, NULL, error);
}
