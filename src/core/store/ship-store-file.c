/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/ship-store-private.h"

#include <glib/gi18n-lib.h>

/*
 * One SQLite file and its connection, owned by a ShipStore and used on its thread only.
 *
 * The journal is WAL: one process writes while others read. A commit with synchronous=FULL is on
 * the disk when it returns; with NORMAL the last ones before a power cut may be missing, but the
 * file stays whole.
 */

/* Another process holds the lock only for the length of one job or one checkpoint. */
#define BUSY_TIMEOUT_MS 5000
#define BUSY_STEP_MS    5
/* How often a long statement looks whether it was cancelled, in SQLite's virtual instructions. */
#define PROGRESS_STEPS 1000

ShipStoreFile *
ship_store_file_new (const char *path, GStrv migrations, int newest_version)
{
  ShipStoreFile *self = g_new0 (ShipStoreFile, 1);

  self->path = g_strdup (path);
  self->migrations = migrations;
  self->newest_version = newest_version;

  return self;
}

void
ship_store_file_free (ShipStoreFile *self)
{
  ship_store_file_close (self);
  g_strfreev (self->migrations);
  g_free (self->path);
  g_free (self);
}

/* Whether another file, or none, is now where this one was: a damaged one is moved aside. (SQLite
 * itself then leaves the other file's log alone.) */
static gboolean
is_moved (ShipStoreFile *self)
{
  int moved = 0;

  return sqlite3_file_control (self->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
         moved != 0;
}

void
ship_store_file_close (ShipStoreFile *self)
{
  sqlite3_stmt *left;

  if (self->db == NULL)
    return;

  left = sqlite3_next_stmt (self->db, NULL);
  if (left != NULL)
    g_critical ("A job has left a statement open: %s", sqlite3_sql (left));
  sqlite3_close_v2 (self->db);
  self->db = NULL;
}

static gboolean
is_read_only (ShipStoreFile *self)
{
  return self->migrations == NULL;
}

/* Waits for the other process's lock, unless the job was cancelled meanwhile. */
static int
busy_cb (void *data, int n_calls)
{
  ShipStoreFile *self = data;

  if (n_calls >= BUSY_TIMEOUT_MS / BUSY_STEP_MS || g_cancellable_is_cancelled (self->cancellable))
    return 0;
  g_usleep (BUSY_STEP_MS * 1000);
  return 1;
}

static int
progress_cb (void *data)
{
  return g_cancellable_is_cancelled (((ShipStoreFile *) data)->cancellable);
}

gboolean
ship_store_exec (sqlite3 *db, const char *sql, GError **error)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;

  ship_store_set_error (db, error);
  return FALSE;
}

static gboolean
read_version (ShipStoreFile *self, int *version, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean      ok =
    sqlite3_prepare_v2 (self->db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
    sqlite3_step (statement) == SQLITE_ROW;

  if (ok)
    *version = sqlite3_column_int (statement, 0);
  else
    ship_store_set_error (self->db, error);
  sqlite3_finalize (statement);

  return ok;
}

static gboolean
check_version (ShipStoreFile *self, int *version, GError **error)
{
  if (!read_version (self, version, error))
    return FALSE;
  if (*version <= self->newest_version)
    return TRUE;

  g_set_error (error,
               SHIP_STORE_ERROR,
               SHIP_STORE_ERROR_TOO_NEW,
               _ ("“%s” was written by a newer version of Ship (schema %d; this one knows %d)"),
               self->path,
               *version,
               self->newest_version);
  return FALSE;
}

/* Inside the exclusive transaction. */
static gboolean
apply_migrations (ShipStoreFile *self, GError **error)
{
  g_autofree char *set_version = g_strdup_printf ("PRAGMA user_version = %d", self->newest_version);
  int              version;

  /* Asked again: another process may have migrated while we waited for the lock. */
  if (!check_version (self, &version, error))
    return FALSE;
  for (; version < self->newest_version; version++)
    {
      if (!ship_store_exec (self->db, self->migrations[version], error))
        return FALSE;
    }

  return ship_store_exec (self->db, set_version, error);
}

static gboolean
migrate (ShipStoreFile *self, GError **error)
{
  if (ship_store_exec (self->db, "BEGIN EXCLUSIVE", error) && apply_migrations (self, error) &&
      ship_store_exec (self->db, "COMMIT", error))
    return TRUE;

  if (!sqlite3_get_autocommit (self->db))
    ship_store_exec (self->db, "ROLLBACK", NULL);
  return FALSE;
}

static gboolean
prepare_connection (ShipStoreFile *self, GError **error)
{
  int version;

  sqlite3_busy_handler (self->db, busy_cb, self);
  sqlite3_progress_handler (self->db, PROGRESS_STEPS, progress_cb, self);
  sqlite3_extended_result_codes (self->db, TRUE);

  /* Before anything is changed in it: a newer or foreign file is left as it was. */
  if (!check_version (self, &version, error))
    return FALSE;
  if (is_read_only (self))
    return TRUE;

  self->durability = SHIP_STORE_DURABILITY_FULL;
  return ship_store_exec (
           self->db,
           "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
           error) &&
         (version == self->newest_version || migrate (self, error));
}

static gboolean
open_file (ShipStoreFile *self, GError **error)
{
  int flags =
    is_read_only (self) ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

  if (sqlite3_open_v2 (self->path, &self->db, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
    {
      if (prepare_connection (self, error))
        return TRUE;
    }
  else
    {
      ship_store_set_error (self->db, error);
    }

  ship_store_file_close (self);
  return FALSE;
}

/*
 * The change of a new file to write-ahead logging is refused at once, without asking busy_cb(),
 * when two do it at the same time: whoever loses begins again.
 */
static gboolean
open_patiently (ShipStoreFile *self, GError **error)
{
  gint64 end = g_get_monotonic_time () + BUSY_TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;
  g_autoptr (GError) own_error = NULL;

  while (!open_file (self, &own_error))
    {
      if (!g_error_matches (own_error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_BUSY) ||
          g_get_monotonic_time () >= end || g_cancellable_is_cancelled (self->cancellable))
        {
          g_propagate_error (error, g_steal_pointer (&own_error));
          return FALSE;
        }
      g_clear_error (&own_error);
      g_usleep ((gulong) g_random_int_range (1, BUSY_STEP_MS + 1) * 1000);
    }

  return TRUE;
}

/* Cannot be done inside a transaction. */
static gboolean
set_durability (ShipStoreFile *self, ShipStoreDurability durability, GError **error)
{
  if (is_read_only (self) || durability == self->durability)
    return TRUE;
  if (!ship_store_exec (self->db,
                        durability == SHIP_STORE_DURABILITY_FULL ? "PRAGMA synchronous=FULL"
                                                                 : "PRAGMA synchronous=NORMAL",
                        error))
    return FALSE;

  self->durability = durability;
  return TRUE;
}

/* The file may be replaced by nothing yet, or migrated by a newer Ship, while we only read it. */
static gboolean
check_readable (ShipStoreFile *self, GError **error)
{
  int version;

  if (!is_read_only (self))
    return TRUE;
  if (!check_version (self, &version, error))
    return FALSE;
  if (version > 0)
    return TRUE;

  g_set_error (error,
               SHIP_STORE_ERROR,
               SHIP_STORE_ERROR_BUSY,
               _ ("“%s” is still being set up"),
               self->path);
  return FALSE;
}

static gboolean
run_in_transaction (ShipStoreFile *self, ShipStoreFunc func, gpointer data, GError **error)
{
  const char *begin = is_read_only (self) ? "BEGIN" : "BEGIN IMMEDIATE";

  if (ship_store_exec (self->db, begin, error) && check_readable (self, error) &&
      func (self->db, data, self->cancellable, error) &&
      !g_cancellable_set_error_if_cancelled (self->cancellable, error) &&
      ship_store_exec (self->db, "COMMIT", error))
    return TRUE;

  /* Some errors have rolled back already. */
  if (!sqlite3_get_autocommit (self->db))
    ship_store_exec (self->db, "ROLLBACK", NULL);
  return FALSE;
}

gboolean
ship_store_file_run (ShipStoreFile      *self,
                     ShipStoreDurability durability,
                     ShipStoreFunc       func,
                     gpointer            data,
                     GCancellable       *cancellable,
                     GError            **error)
{
  g_autoptr (GError) own_error = NULL;
  gboolean ok;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  self->cancellable = cancellable;
  if (self->db != NULL && is_moved (self))
    ship_store_file_close (self);
  ok = (self->db != NULL || open_patiently (self, &own_error)) &&
       set_durability (self, durability, &own_error) &&
       run_in_transaction (self, func, data, &own_error);
  self->cancellable = NULL;
  if (ok)
    return TRUE;

  /* The wait for another process was given up because of the cancellation. */
  if (g_error_matches (own_error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_BUSY) &&
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  g_propagate_error (error, g_steal_pointer (&own_error));
  return FALSE;
}
