/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-tables.h"

#include "session/ship-index-tables.h"
#include "session/ship-session-tables-private.h"
#include "ship-session-sql.h"

/*
 * The migrations of a session's store and of the index, from the resource compiled in from
 * data/sql/, and what the tables share. Migrations: any thread. The rest: on the store's thread,
 * inside a job.
 */

#define SQL_PREFIX "/dev/ship/Ship/sql/"

static GStrv
load_built_in (const char *prefix)
{
  g_autoptr (GError) error = NULL;
  GStrv migrations;

  migrations = ship_store_load_migrations (ship_session_sql_get_resource (), prefix, &error);
  /* It is part of this program: a broken one is a broken build. */
  if (migrations == NULL)
    g_error ("the built-in migrations %s: %s", prefix, error->message);
  return migrations;
}

GPtrArray *
ship_table_read_all (ShipStatement    *statement,
                     ShipTableReadFunc read,
                     GDestroyNotify    row_free,
                     GError          **error)
{
  g_autoptr (ShipStatement) owned = statement;
  g_autoptr (GPtrArray) rows = NULL;
  GError *step_error = NULL;

  if (owned == NULL)
    return NULL;
  rows = g_ptr_array_new_with_free_func (row_free);
  while (ship_statement_step (owned, &step_error))
    g_ptr_array_add (rows, read (owned));
  if (step_error != NULL)
    {
      g_propagate_error (error, step_error);
      return NULL;
    }
  return g_steal_pointer (&rows);
}

gpointer
ship_table_read_first (ShipStatement *statement, ShipTableReadFunc read, GError **error)
{
  g_autoptr (ShipStatement) owned = statement;

  if (owned == NULL || !ship_statement_step (owned, error))
    return NULL;
  return read (owned);
}

gboolean
ship_table_read_int (ShipStatement *statement, gint64 fallback, gint64 *value, GError **error)
{
  g_autoptr (ShipStatement) owned = statement;
  GError *step_error = NULL;

  if (owned == NULL)
    return FALSE;
  *value = fallback;
  if (ship_statement_step (owned, &step_error))
    *value = ship_statement_get_int64 (owned, 0);
  if (step_error != NULL)
    {
      g_propagate_error (error, step_error);
      return FALSE;
    }
  return TRUE;
}

gboolean
ship_table_require_change (sqlite3 *db, const char *what, GError **error)
{
  if (sqlite3_changes (db) > 0)
    return TRUE;
  g_set_error (error,
               SHIP_STORE_ERROR,
               SHIP_STORE_ERROR_FAILED,
               "There is no such %s in the store",
               what);
  return FALSE;
}

double
ship_table_cost (double cost)
{
  return cost < 0 ? -1.0 : cost;
}

GStrv
ship_session_tables_dup_migrations (void)
{
  return load_built_in (SQL_PREFIX "session");
}

GStrv
ship_index_tables_dup_migrations (void)
{
  return load_built_in (SQL_PREFIX "index");
}

int
ship_session_tables_get_version (void)
{
  g_auto (GStrv) migrations = ship_session_tables_dup_migrations ();

  return (int) g_strv_length (migrations);
}

int
ship_index_tables_get_version (void)
{
  g_auto (GStrv) migrations = ship_index_tables_dup_migrations ();

  return (int) g_strv_length (migrations);
}
