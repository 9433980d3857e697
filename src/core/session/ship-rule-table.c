/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-tables.h"

#include "session/ship-session-tables-private.h"

/* The table "rule": what the user decided for the whole session. On the store's thread, inside a
 * job. */

/* A rule that is set again is the last one. */
gboolean
ship_rule_table_set (sqlite3    *db,
                     const char *permission,
                     const char *pattern,
                     const char *action,
                     gint64      now,
                     gint64     *id,
                     GError    **error)
{
  gint64 made;

  if (!ship_rule_table_remove (db, permission, pattern, error) ||
      !ship_table_read_int (
        ship_statement_new (db,
                            error,
                            "INSERT INTO rule (permission, pattern, action, created_at) "
                            "VALUES (?, ?, ?, ?) RETURNING id",
                            "sssl",
                            permission,
                            pattern,
                            action,
                            now),
        0,
        &made,
        error))
    return FALSE;
  if (id != NULL)
    *id = made;
  return TRUE;
}

gboolean
ship_rule_table_remove (sqlite3 *db, const char *permission, const char *pattern, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "DELETE FROM rule WHERE permission = ? AND pattern = ?",
                                 "ss",
                                 permission,
                                 pattern);
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipRuleRow *row = g_new0 (ShipRuleRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->permission = ship_statement_dup_string (statement, 1);
  row->pattern = ship_statement_dup_string (statement, 2);
  row->action = ship_statement_dup_string (statement, 3);
  row->created_at = ship_statement_get_int64 (statement, 4);
  return row;
}

GPtrArray *
ship_rule_table_list (sqlite3 *db, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db,
                        error,
                        "SELECT id, permission, pattern, action, created_at FROM rule ORDER BY id",
                        ""),
    read_row,
    (GDestroyNotify) ship_rule_row_free,
    error);
}
