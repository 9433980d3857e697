/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-index-repair.h"

#include "base/ship-names.h"
#include "client/ship-spare.h"
#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-tables.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

/*
 * Main thread.
 *
 *   repair_async -> read_cb -> searched_cb -> (nothing is missing: return)
 *                                          -> session_read_cb … -> written_cb
 *     -> [ swept_cb ] -> (return)
 *
 * Interrupted anywhere it can be done again. Two at once do the same work twice, which is harmless;
 * only the moving aside of a damaged index is done under a lock, and only of the file that was seen
 * damaged.
 */

/* What a session's store says. */
typedef struct
{
  ShipIndexRow *row;       /* (owned) (nullable) */
  GPtrArray    *exchanges; /* (owned) (nullable) (element-type ShipExchangeRow) */
} Found;

typedef struct
{
  /* Input. */
  ShipPaths *paths; /* (owned) */

  /* In progress. */
  GHashTable *listed; /* (owned) (element-type utf8): ids the index has */
  GHashTable
            *spares; /* (owned) (element-type utf8): ids it has for spares; the stores may differ */
  guint64    inode;  /* of the index that was read */
  gboolean   damaged; /* it was */
  GPtrArray *missing; /* (owned) (element-type utf8): ids it has not; read from the end */
  Found     *reading; /* (owned) (nullable): the store that is being read */
  GPtrArray *found;   /* (owned) (element-type Found) */
  int        n_put_in;
} Repair;

static void
found_free (Found *self)
{
  g_clear_pointer (&self->row, ship_index_row_free);
  g_clear_pointer (&self->exchanges, g_ptr_array_unref);
  g_free (self);
}

static void
repair_free (Repair *self)
{
  ship_paths_unref (self->paths);
  g_hash_table_unref (self->listed);
  g_hash_table_unref (self->spares);
  g_ptr_array_unref (self->missing);
  g_clear_pointer (&self->reading, found_free);
  g_ptr_array_unref (self->found);
  g_free (self);
}

/* --- the end --- */

static void
swept_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Repair *self = g_task_get_task_data (task);

  ship_spare_sweep_finish (result);
  g_task_return_int (task, self->n_put_in);
}

/* Whoever lists puts away what spares left that nobody claimed. */
static void
end (GTask *task, int n_put_in)
{
  Repair *self = g_task_get_task_data (task);

  self->n_put_in = n_put_in;
  if (g_hash_table_size (self->spares) > 0)
    ship_spare_sweep_async (self->paths,
                            g_task_get_cancellable (task),
                            swept_cb,
                            g_object_ref (task));
  else
    g_task_return_int (task, n_put_in);
}

/* --- into the index --- */

static gboolean
is_booked (sqlite3 *db, const char *session, gboolean *is, GError **error)
{
  g_autoptr (GPtrArray) rows = ship_ledger_table_list (db, "", error);

  *is = FALSE;
  for (guint i = 0; rows != NULL && i < rows->len && !*is; i++)
    *is = g_str_equal (((ShipLedgerRow *) rows->pdata[i])->session, session);
  return rows != NULL;
}

static gboolean
book (sqlite3 *db, const Found *found, GError **error)
{
  gboolean is_done = found->exchanges == NULL;

  if (!is_done && !is_booked (db, found->row->id, &is_done, error))
    return FALSE;
  for (guint i = 0; !is_done && i < found->exchanges->len; i++)
    {
      const ShipExchangeRow *exchange = found->exchanges->pdata[i];
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (exchange->started_at / 1000);
      g_autofree char *day = g_date_time_format (time, "%Y-%m-%d");

      if (!ship_ledger_table_add (db, day, found->row->id, exchange, error))
        return FALSE;
    }
  return TRUE;
}

/* What waits for the user; a store that cannot be read says nothing about that. */
static gboolean
list_requests (sqlite3 *db, const Found *found, GError **error)
{
  return found->row->requests == NULL ||
         ship_inbox_table_replace (db, found->row->id, found->row->requests, error);
}

static gboolean
write_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Repair *self = data;

  for (guint i = 0; i < self->found->len; i++)
    {
      const Found *found = self->found->pdata[i];

      if (!ship_index_table_upsert (db, found->row, error) || !list_requests (db, found, error) ||
          !book (db, found, error))
        return FALSE;
    }
  return TRUE;
}

static int
count_sessions (Repair *self)
{
  int count = 0;

  for (guint i = 0; i < self->found->len; i++)
    count += !((Found *) self->found->pdata[i])->row->is_spare;
  return count;
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Repair *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (ship_store_once_finish (result, &error))
    end (task, count_sessions (self));
  else
    g_task_return_error (task, error);
}

/* --- out of the sessions' stores --- */

static gboolean
read_session_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Repair *self = data;

  self->reading->row = ship_index_row_derive (db, error);
  self->reading->exchanges =
    self->reading->row != NULL ? ship_exchange_table_list (db, 0, error) : NULL;
  return self->reading->exchanges != NULL;
}

static void session_read_cb (GObject *object, GAsyncResult *result, gpointer user_data);

/* @task: (transfer full) */
static void
read_next (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  Repair          *self = g_task_get_task_data (task);
  GCancellable    *cancellable = g_task_get_cancellable (task);
  g_autofree char *path = NULL;

  if (self->missing->len == 0 && self->found->len == 0 && !self->damaged)
    {
      end (task, 0);
      return;
    }
  if (self->missing->len == 0)
    {
      path = ship_paths_dup_index_file (self->paths);
      ship_store_write_once_async (path,
                                   ship_index_tables_dup_migrations (),
                                   write_job,
                                   self,
                                   cancellable,
                                   written_cb,
                                   g_steal_pointer (&task));
      return;
    }
  self->reading = g_new0 (Found, 1);
  path = ship_paths_dup_session_store (self->paths, self->missing->pdata[self->missing->len - 1]);
  ship_store_read_once_async (path,
                              ship_session_tables_get_version (),
                              read_session_job,
                              self,
                              cancellable,
                              session_read_cb,
                              g_steal_pointer (&task));
}

/* It is there, and its user has to hear of it. */
static ShipIndexRow *
describe_unreadable (const char *id, const GError *error)
{
  ShipIndexRow *row = g_new0 (ShipIndexRow, 1);

  row->id = g_strdup (id);
  row->title = g_strdup (_ ("A session that cannot be read"));
  row->repository = g_strdup ("");
  row->repository_name = g_strdup ("");
  row->branch = g_strdup ("");
  row->state = g_strdup ("failed");
  row->detail = g_strdup (error->message);
  row->model = g_strdup ("");
  row->cost = -1;
  row->created_at = row->updated_at = g_get_real_time () / 1000;
  return row;
}

static void
session_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Repair          *self = g_task_get_task_data (task);
  g_autofree char *id = g_ptr_array_steal_index (self->missing, self->missing->len - 1);
  Found           *found = g_steal_pointer (&self->reading);
  g_autoptr (GError) error = NULL;

  if (!ship_store_once_finish (result, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          found_free (found);
          g_task_return_error (task, g_steal_pointer (&error));
          return;
        }
      g_clear_pointer (&found->row, ship_index_row_free);
      found->row = describe_unreadable (id, error);
    }
  /* A store that was just being made is nobody's loss: its maker lists it. */
  if (g_error_matches (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_BUSY) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
      (found->row->is_spare && g_hash_table_contains (self->spares, id)))
    found_free (found);
  else
    g_ptr_array_add (self->found, found);
  read_next (g_steal_pointer (&task));
}

/* --- what is missing --- */

static gboolean
move_aside (Repair *self, GError **error)
{
  g_autofree char *path = ship_paths_dup_index_file (self->paths);
  g_autofree char *aside = g_strconcat (path, ".damaged", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *shared = g_strconcat (path, "-shm", NULL);
  g_autofree char *lock_path = g_strconcat (path, ".lock", NULL);
  int              lock = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  GStatBuf         info;
  gboolean         ok = TRUE;

  if (lock >= 0)
    flock (lock, LOCK_EX);
  if (g_stat (path, &info) == 0 && info.st_ino == self->inode)
    {
      ok = g_rename (path, aside) == 0;
      if (!ok)
        g_set_error (error,
                     G_IO_ERROR,
                     G_IO_ERROR_FAILED,
                     _ ("The list of sessions is damaged, and “%s” cannot be moved aside"),
                     path);
      else
        {
          g_unlink (log);
          g_unlink (shared);
        }
    }
  if (lock >= 0)
    close (lock);
  return ok;
}

static void
search_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Repair          *self = data;
  g_autofree char *sessions =
    g_build_filename (ship_paths_get_data_dir (self->paths), "sessions", NULL);
  g_autoptr (GDir) directory = g_dir_open (sessions, 0, NULL);
  GError     *error = NULL;
  const char *name;

  if (self->damaged && !move_aside (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (ship_names_is_session_id (name) && !g_hash_table_contains (self->listed, name))
      {
        g_autofree char *store = ship_paths_dup_session_store (self->paths, name);

        if (g_file_test (store, G_FILE_TEST_EXISTS))
          g_ptr_array_add (self->missing, g_strdup (name));
      }
  g_task_return_boolean (task, TRUE);
}

static void
searched_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Repair *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, error);
  else if (self->missing->len == 0 && !self->damaged)
    end (task, 0);
  else
    read_next (g_steal_pointer (&task));
}

static gboolean
add_ids (GHashTable *ids, GPtrArray *rows)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    g_hash_table_add (ids, g_strdup (((ShipIndexRow *) rows->pdata[i])->id));
  return rows != NULL;
}

static gboolean
read_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Repair *self = data;
  g_autoptr (GPtrArray) rows = ship_index_table_list_all (db, error);
  g_autoptr (GPtrArray) spares = rows != NULL ? ship_index_table_list_spares (db, error) : NULL;

  return spares != NULL && add_ids (self->listed, rows) && add_ids (self->spares, spares);
}

/* Not there yet, or as good as. */
static gboolean
is_empty (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
         g_error_matches (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_BUSY);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GTask) search = NULL;
  Repair *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!ship_store_once_finish (result, &error))
    {
      self->damaged = g_error_matches (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_DAMAGED);
      if (!self->damaged && !is_empty (error))
        {
          g_task_return_error (task, error);
          return;
        }
      g_clear_error (&error);
      g_hash_table_remove_all (self->listed);
    }
  search = g_task_new (NULL, g_task_get_cancellable (task), searched_cb, g_object_ref (task));
  g_task_set_source_tag (search, read_cb);
  g_task_set_task_data (search, self, NULL);
  g_task_run_in_thread (search, search_thread);
}

void
ship_index_repair_async (ShipPaths          *paths,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *path = ship_paths_dup_index_file (paths);
  Repair          *self = g_new0 (Repair, 1);
  GStatBuf         info;

  g_task_set_source_tag (task, ship_index_repair_async);
  g_task_set_task_data (task, self, (GDestroyNotify) repair_free);
  self->paths = ship_paths_ref (paths);
  self->listed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->spares = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->missing = g_ptr_array_new_with_free_func (g_free);
  self->found = g_ptr_array_new_with_free_func ((GDestroyNotify) found_free);
  self->inode = g_stat (path, &info) == 0 ? info.st_ino : 0;
  ship_store_read_once_async (path,
                              ship_index_tables_get_version (),
                              read_job,
                              self,
                              cancellable,
                              read_cb,
                              g_steal_pointer (&task));
}

int
ship_index_repair_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), -1);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_index_repair_async), -1);

  return (int) g_task_propagate_int (G_TASK (result), error);
}
