/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-egress-tables.h"

#include "session/ship-session-tables-private.h"

/* The tables "egress", "egress_host" and "contact". On the store's thread, inside a job. */

void
ship_contact_row_free (ShipContactRow *self)
{
  if (self == NULL)
    return;
  g_free (self->host);
  g_free (self->verdict);
  g_free (self);
}

gboolean
ship_contact_table_add (sqlite3 *db, const ShipContactRow *contact, gint64 *id, GError **error)
{
  gint64 row = 0;

  if (!ship_table_read_int (
        ship_statement_new (db,
                            error,
                            "INSERT INTO contact (host, port, verdict, count, n_up, n_down, "
                            "first_at, last_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                            "ON CONFLICT (host, port, verdict) DO UPDATE SET "
                            "count = count + excluded.count, n_up = n_up + excluded.n_up, "
                            "n_down = n_down + excluded.n_down, last_at = excluded.last_at "
                            "RETURNING id",
                            "slslllll",
                            contact->host,
                            (gint64) contact->port,
                            contact->verdict,
                            contact->count,
                            (gint64) MIN (contact->n_up, G_MAXINT64),
                            (gint64) MIN (contact->n_down, G_MAXINT64),
                            contact->first_at,
                            contact->last_at),
        0,
        &row,
        error))
    return FALSE;
  if (id != NULL)
    *id = row;
  return TRUE;
}

static gpointer
read_contact (ShipStatement *statement)
{
  ShipContactRow *row = g_new0 (ShipContactRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->host = ship_statement_dup_string (statement, 1);
  row->port = (guint) ship_statement_get_int64 (statement, 2);
  row->verdict = ship_statement_dup_string (statement, 3);
  row->count = ship_statement_get_int64 (statement, 4);
  row->n_up = (guint64) ship_statement_get_int64 (statement, 5);
  row->n_down = (guint64) ship_statement_get_int64 (statement, 6);
  row->first_at = ship_statement_get_int64 (statement, 7);
  row->last_at = ship_statement_get_int64 (statement, 8);
  return row;
}

GPtrArray *
ship_contact_table_list (sqlite3 *db, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db,
                        error,
                        "SELECT id, host, port, verdict, count, n_up, n_down, first_at, last_at "
                        "FROM contact ORDER BY last_at DESC, id DESC",
                        ""),
    read_contact,
    (GDestroyNotify) ship_contact_row_free,
    error);
}

void
ship_egress_row_free (ShipEgressRow *self)
{
  if (self == NULL)
    return;
  g_free (self->mode);
  g_clear_pointer (&self->hosts, g_ptr_array_unref);
  g_free (self);
}

static gpointer
read_text (ShipStatement *statement)
{
  return ship_statement_dup_string (statement, 0);
}

ShipEgressRow *
ship_egress_table_load (sqlite3 *db, GError **error)
{
  g_autoptr (ShipEgressRow) self = g_new0 (ShipEgressRow, 1);
  g_autoptr (GPtrArray) modes =
    ship_table_read_all (ship_statement_new (db, error, "SELECT mode FROM egress", ""),
                         read_text,
                         g_free,
                         error);

  if (modes == NULL)
    return NULL;
  if (modes->len > 0)
    self->mode = g_strdup (modes->pdata[0]);
  self->hosts = ship_table_read_all (
    ship_statement_new (db, error, "SELECT pattern FROM egress_host ORDER BY created_at", ""),
    read_text,
    g_free,
    error);
  return self->hosts != NULL ? g_steal_pointer (&self) : NULL;
}

gboolean
ship_egress_table_set_mode (sqlite3 *db, const char *mode, GError **error)
{
  if (mode == NULL)
    return ship_statement_execute (db, error, "DELETE FROM egress", "");
  return ship_statement_execute (db,
                                 error,
                                 "INSERT INTO egress (id, mode) VALUES (1, ?) "
                                 "ON CONFLICT (id) DO UPDATE SET mode = excluded.mode",
                                 "s",
                                 mode);
}

gboolean
ship_egress_table_allow (sqlite3 *db, const char *pattern, gint64 now, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "INSERT INTO egress_host (pattern, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
    "sl",
    pattern,
    now);
}

gboolean
ship_egress_table_forbid (sqlite3 *db, const char *pattern, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "DELETE FROM egress_host WHERE pattern = ?",
                                 "s",
                                 pattern);
}
