/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-limits-table.h"

#include "session/ship-session-tables-private.h"

/* The tables "limit_value" and "limit_way". The store's thread. */

void
ship_limits_row_free (ShipLimitsRow *self)
{
  g_free (self->way);
  g_free (self);
}

typedef struct
{
  int     limit; /* -1: from a newer version */
  guint64 value;
} Value;

static gpointer
read_value (ShipStatement *statement)
{
  Value           *value = g_new0 (Value, 1);
  g_autofree char *name = ship_statement_dup_string (statement, 0);

  value->limit = ship_sandbox_limit_from_name (name);
  value->value = (guint64) MAX (ship_statement_get_int64 (statement, 1), 0);
  return value;
}

static gpointer
read_text (ShipStatement *statement)
{
  return ship_statement_dup_string (statement, 0);
}

ShipLimitsRow *
ship_limits_table_load (sqlite3 *db, GError **error)
{
  g_autoptr (ShipLimitsRow) self = g_new0 (ShipLimitsRow, 1);
  g_autoptr (GPtrArray) ways = NULL;
  g_autoptr (GPtrArray) values =
    ship_table_read_all (ship_statement_new (db, error, "SELECT name, value FROM limit_value", ""),
                         read_value,
                         g_free,
                         error);

  if (values == NULL)
    return NULL;
  for (guint i = 0; i < values->len; i++)
    {
      const Value *value = values->pdata[i];

      if (value->limit >= 0)
        self->own.values[value->limit] = value->value;
    }

  ways = ship_table_read_all (ship_statement_new (db, error, "SELECT way FROM limit_way", ""),
                              read_text,
                              g_free,
                              error);
  if (ways == NULL)
    return NULL;
  if (ways->len > 0)
    self->way = g_strdup (ways->pdata[0]);
  return g_steal_pointer (&self);
}

gboolean
ship_limits_table_set (sqlite3 *db, ShipSandboxLimit limit, guint64 value, GError **error)
{
  const char *name = ship_sandbox_limit_get_name (limit);

  if (value == 0)
    return ship_statement_execute (db, error, "DELETE FROM limit_value WHERE name = ?", "s", name);
  return ship_statement_execute (db,
                                 error,
                                 "INSERT INTO limit_value (name, value) VALUES (?, ?) "
                                 "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                                 "sl",
                                 name,
                                 (gint64) value);
}

gboolean
ship_limits_table_set_way (sqlite3 *db, const char *way, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "INSERT INTO limit_way (id, way) VALUES (1, ?) "
                                 "ON CONFLICT (id) DO UPDATE SET way = excluded.way",
                                 "s",
                                 way);
}
