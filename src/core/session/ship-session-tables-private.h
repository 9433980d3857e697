/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/ship-statement.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/*
 * What the *-table.c files share. How NULL is told in SQL: times and ids are bound through NULLIF
 * (?, 0), counts and costs through NULLIF (?, -1), and read back with IFNULL.
 */

/* Makes a row of the statement's current one. Returns: (transfer full) */
typedef gpointer (*ShipTableReadFunc) (ShipStatement *statement);

/* @statement: (transfer full) (nullable): NULL when preparing it failed. Returns: (transfer full)
 */
GPtrArray *ship_table_read_all (ShipStatement    *statement,
                                ShipTableReadFunc read,
                                GDestroyNotify    row_free,
                                GError          **error);

/* The first row. @statement as above. Returns: (transfer full) (nullable): NULL without @error for
 * none */
gpointer ship_table_read_first (ShipStatement *statement, ShipTableReadFunc read, GError **error);

/* The first column of the first row, for RETURNING and counts; @fallback for no row. FALSE with
 * @error. */
gboolean
ship_table_read_int (ShipStatement *statement, gint64 fallback, gint64 *value, GError **error);

/* Whether the statement that has just run changed a row; if not, @error says that there is no such
 * @what. */
gboolean ship_table_require_change (sqlite3 *db, const char *what, GError **error);

/* A cost as it is bound: every negative one is unknown. */
double ship_table_cost (double cost);

G_END_DECLS
