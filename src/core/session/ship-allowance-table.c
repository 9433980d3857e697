/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-index-tables.h"

#include "session/ship-session-tables-private.h"

/* The index's table "allowance": what the user allowed beyond a day's budget. On the store's
 * thread, inside a job. */

gboolean
ship_allowance_table_add (sqlite3 *db, const char *day, double dollars, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "INSERT INTO allowance (day, dollars) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET dollars = "
    "dollars + excluded.dollars",
    "sd",
    day,
    dollars);
}

gboolean
ship_allowance_table_load (sqlite3 *db, const char *day, double *dollars, GError **error)
{
  g_autoptr (ShipStatement) statement =
    ship_statement_new (db, error, "SELECT total (dollars) FROM allowance WHERE day = ?", "s", day);

  if (statement == NULL || !ship_statement_step (statement, error))
    return FALSE;
  *dollars = ship_statement_get_double (statement, 0);
  return TRUE;
}
