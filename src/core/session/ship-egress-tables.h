/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-tables.h"

G_BEGIN_DECLS

/* What a session's sandbox may reach outside, and what it did; see ship-session-tables.h. */
typedef struct
{
  gint64 id;
  char  *host;
  guint  port;
  char  *verdict; /* see data/sql/session/0003-egress.sql; or too-much, too-much-fetched, too-often,
                     proxy */
  gint64  count;
  guint64 n_up; /* bytes */
  guint64 n_down;
  gint64  first_at;
  gint64  last_at;
} ShipContactRow;

void ship_contact_row_free (ShipContactRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipContactRow, ship_contact_row_free)

/* Adds @contact's count and bytes to those of the same host, port and verdict. @id: (out)
 * (nullable) */
gboolean
ship_contact_table_add (sqlite3 *db, const ShipContactRow *contact, gint64 *id, GError **error);
/* (transfer full) (element-type ShipContactRow): the latest first */
GPtrArray *ship_contact_table_list (sqlite3 *db, GError **error);

/* What the session has of its own. */
typedef struct
{
  char      *mode;  /* (owned) (nullable): as the settings say */
  GPtrArray *hosts; /* (owned) (element-type utf8): patterns */
} ShipEgressRow;

void ship_egress_row_free (ShipEgressRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipEgressRow, ship_egress_row_free)

ShipEgressRow *ship_egress_table_load (sqlite3 *db, GError **error);
/* @mode: (nullable): as the settings say */
gboolean ship_egress_table_set_mode (sqlite3 *db, const char *mode, GError **error);
gboolean ship_egress_table_allow (sqlite3 *db, const char *pattern, gint64 now, GError **error);
gboolean ship_egress_table_forbid (sqlite3 *db, const char *pattern, GError **error);

G_END_DECLS
