/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/ship-statement.h"
#include "store/ship-store-private.h"

/* Prepared statements with typed parameters. On the store's thread only. */

static gboolean
bind (ShipStatement *self, const char *types, va_list *args)
{
  for (int i = 0; types[i] != '\0'; i++)
    {
      int result = SQLITE_MISUSE;

      switch (types[i])
        {
        case 's':
          result =
            sqlite3_bind_text (self, i + 1, va_arg (*args, const char *), -1, SQLITE_TRANSIENT);
          break;
        case 'i':
          result = sqlite3_bind_int (self, i + 1, va_arg (*args, int));
          break;
        case 'l':
          result = sqlite3_bind_int64 (self, i + 1, va_arg (*args, gint64));
          break;
        case 'd':
          result = sqlite3_bind_double (self, i + 1, va_arg (*args, double));
          break;
        default:
          g_assert_not_reached ();
        }
      if (result != SQLITE_OK)
        return FALSE;
    }

  return TRUE;
}

static ShipStatement *
ship_statement_new_valist (sqlite3    *db,
                           GError    **error,
                           const char *sql,
                           const char *types,
                           va_list    *args)
{
  g_autoptr (ShipStatement) self = NULL;
  const char *tail = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &self, &tail) != SQLITE_OK)
    {
      ship_store_set_error (db, error);
      return NULL;
    }

  /* A mistake in our own SQL, which would otherwise bind nothing or run half of it. */
  g_assert (self != NULL && tail[strspn (tail, " \n;")] == '\0');
  g_assert ((int) strlen (types) == sqlite3_bind_parameter_count (self));

  if (!bind (self, types, args))
    {
      ship_store_set_error (db, error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

ShipStatement *
ship_statement_new (sqlite3 *db, GError **error, const char *sql, const char *types, ...)
{
  ShipStatement *self;
  va_list        args;

  g_return_val_if_fail (db != NULL && sql != NULL && types != NULL, NULL);

  va_start (args, types);
  self = ship_statement_new_valist (db, error, sql, types, &args);
  va_end (args);

  return self;
}

void
ship_statement_free (ShipStatement *self)
{
  sqlite3_finalize (self); /* its result repeats the error of the last step */
}

gboolean
ship_statement_step (ShipStatement *self, GError **error)
{
  int result;

  g_return_val_if_fail (self != NULL, FALSE);

  result = sqlite3_step (self);
  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    ship_store_set_error (sqlite3_db_handle (self), error);
  return FALSE;
}

gboolean
ship_statement_execute (sqlite3 *db, GError **error, const char *sql, const char *types, ...)
{
  g_autoptr (ShipStatement) statement = NULL;
  g_autoptr (GError) step_error = NULL;
  va_list args;

  g_return_val_if_fail (db != NULL && sql != NULL && types != NULL, FALSE);

  va_start (args, types);
  statement = ship_statement_new_valist (db, error, sql, types, &args);
  va_end (args);
  if (statement == NULL)
    return FALSE;

  while (ship_statement_step (statement, &step_error))
    continue;
  if (step_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&step_error));
  return FALSE;
}

char *
ship_statement_dup_string (ShipStatement *self, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (self, column));
}

gint64
ship_statement_get_int64 (ShipStatement *self, int column)
{
  return sqlite3_column_int64 (self, column);
}

double
ship_statement_get_double (ShipStatement *self, int column)
{
  return sqlite3_column_double (self, column);
}

gboolean
ship_statement_is_null (ShipStatement *self, int column)
{
  return sqlite3_column_type (self, column) == SQLITE_NULL;
}
