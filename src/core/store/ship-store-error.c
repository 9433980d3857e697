/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/ship-store-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

/* SQLite's errors as something a caller can act on and a user can read. Store thread; classify:
 * any. */

G_DEFINE_QUARK (ship_store_error, ship_store_error)

static ShipStoreError
code_for (sqlite3 *db)
{
  switch (sqlite3_errcode (db) & 0xff)
    {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return SHIP_STORE_ERROR_DAMAGED;
    case SQLITE_FULL:
      return SHIP_STORE_ERROR_FULL;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return SHIP_STORE_ERROR_READ_ONLY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return SHIP_STORE_ERROR_BUSY;
    case SQLITE_IOERR:
      /* A quota is not told apart from other failures to write. */
      if (sqlite3_system_errno (db) == EDQUOT || sqlite3_system_errno (db) == ENOSPC)
        return SHIP_STORE_ERROR_FULL;
      return SHIP_STORE_ERROR_FAILED;
    default:
      return SHIP_STORE_ERROR_FAILED;
    }
}

static const char *
sentence_for (ShipStoreError code)
{
  switch (code)
    {
    case SHIP_STORE_ERROR_DAMAGED:
      return _ ("“%s” is damaged");
    case SHIP_STORE_ERROR_FULL:
      return _ ("There is no space left to save to “%s”: free some, then try again");
    case SHIP_STORE_ERROR_READ_ONLY:
      return _ ("“%s” could not be opened or may not be written");
    case SHIP_STORE_ERROR_BUSY:
      return _ ("“%s” is in use by another program");
    case SHIP_STORE_ERROR_FAILED:
    case SHIP_STORE_ERROR_TOO_NEW:
    case SHIP_STORE_ERROR_CLOSED:
      break;
    }
  return _ ("“%s” could not be used");
}

/* One "%s" each: the file's path. */
static char *
dup_sentence (sqlite3 *db, ShipStoreError code)
{
  const char      *path = sqlite3_db_filename (db, "main");
  g_autofree char *shown = g_utf8_make_valid (path != NULL ? path : "", -1);
  g_auto (GStrv) parts = g_strsplit (sentence_for (code), "%s", 2);

  return g_strjoinv (shown, parts);
}

void
ship_store_set_error (sqlite3 *db, GError **error)
{
  g_autofree char *sentence = NULL;
  ShipStoreError   code;

  if (error == NULL)
    return;
  if ((sqlite3_errcode (db) & 0xff) == SQLITE_INTERRUPT)
    {
      g_set_error_literal (error,
                           G_IO_ERROR,
                           G_IO_ERROR_CANCELLED,
                           _ ("The operation was cancelled"));
      return;
    }

  code = code_for (db);
  sentence = dup_sentence (db, code);
  g_set_error (error, SHIP_STORE_ERROR, code, "%s (%s)", sentence, sqlite3_errmsg (db));
}

ShipErrorClass
ship_store_error_classify (const GError *error)
{
  g_return_val_if_fail (error != NULL, SHIP_ERROR_CLASS_BUG);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SHIP_ERROR_CLASS_CANCELLED;
  if (error->domain != SHIP_STORE_ERROR)
    return SHIP_ERROR_CLASS_BUG;

  switch ((ShipStoreError) error->code)
    {
    case SHIP_STORE_ERROR_BUSY:
      return SHIP_ERROR_CLASS_RETRY;
    case SHIP_STORE_ERROR_TOO_NEW:
    case SHIP_STORE_ERROR_FULL:
    case SHIP_STORE_ERROR_READ_ONLY:
      return SHIP_ERROR_CLASS_USER;
    case SHIP_STORE_ERROR_FAILED:
    case SHIP_STORE_ERROR_DAMAGED:
    case SHIP_STORE_ERROR_CLOSED:
      break;
    }
  return SHIP_ERROR_CLASS_BUG;
}
