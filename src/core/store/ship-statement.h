/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/*
 * A prepared statement with typed parameters; on the store's thread only. @types has one letter for
 * each argument that follows: 's' const char * (NULL binds null; copied), 'i' int, 'l' gint64, 'd'
 * double.
 */
typedef sqlite3_stmt ShipStatement;

ShipStatement      *
ship_statement_new (sqlite3 *db, GError **error, const char *sql, const char *types, ...);
void ship_statement_free (ShipStatement *self);
/* TRUE for a row; FALSE at the end or with @error. */
gboolean ship_statement_step (ShipStatement *self, GError **error);
/* Prepare, run to the end, free. For everything that returns no rows. */
gboolean
ship_statement_execute (sqlite3 *db, GError **error, const char *sql, const char *types, ...);

/* Columns, from 0. Strings: (transfer full) (nullable). */
char    *ship_statement_dup_string (ShipStatement *self, int column);
gint64   ship_statement_get_int64 (ShipStatement *self, int column);
double   ship_statement_get_double (ShipStatement *self, int column);
gboolean ship_statement_is_null (ShipStatement *self, int column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipStatement, ship_statement_free)

G_END_DECLS
