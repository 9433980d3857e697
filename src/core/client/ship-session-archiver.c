/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-archiver.h"

#include "base/ship-names.h"
#include "client/ship-session-client.h"
#include "client/ship-session-lock-private.h"
#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-shelf-table.h"
#include "session/ship-session-tables.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

/*
 * Main thread.
 *
 *   archive_async -> locked_cb -> written_cb -> indexed_cb -> (return)
 *   somebody has it: locked_cb -> connected_cb -> called_cb -> (return)
 *   it is just going or coming: try again a little later
 *
 *   archive_idle_async -> listed_cb -> (archive one, only if it is still idle) -> one_cb … ->
 * (return)
 */

#define PATIENCE_US  (10 * G_USEC_PER_SEC)
#define PAUSE_MS     50
#define DAY_MS       (24 * 3600 * (gint64) 1000)
#define MOST_AT_ONCE 20

typedef struct
{
  /* Input. */
  ShipPaths *paths; /* (owned) */
  char      *id;    /* (owned) */
  gboolean   archived;
  guint      days;   /* of an idle one, else 0 */
  gint64     before; /* an idle one's last activity is before this; else 0 */

  /* In progress. */
  gint64             deadline; /* monotonic */
  int                lock;     /* -1: not held */
  gint64             now_ms;
  ShipIndexRow      *row;    /* (owned) (nullable): what the index is to say */
  ShipSessionClient *client; /* (owned) (nullable) */
} Archiving;

static void
archiving_free (Archiving *self)
{
  ship_paths_unref (self->paths);
  g_free (self->id);
  if (self->lock >= 0)
    close (self->lock);
  g_clear_pointer (&self->row, ship_index_row_free);
  g_clear_object (&self->client);
  g_free (self);
}

static void take_lock (GTask *task);

static gboolean
again_cb (gpointer user_data)
{
  take_lock (g_object_ref (user_data));
  return G_SOURCE_REMOVE;
}

static void
indexed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_store_once_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
index_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_index_table_upsert (db, ((Archiving *) data)->row, error);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Archiving       *self = g_task_get_task_data (task);
  g_autofree char *index = ship_paths_dup_index_file (self->paths);
  GError          *error = NULL;

  if (ship_store_once_finish (result, &error))
    ship_store_write_once_async (index,
                                 ship_index_tables_dup_migrations (),
                                 index_job,
                                 self,
                                 NULL,
                                 indexed_cb,
                                 g_object_ref (task));
  else
    g_task_return_error (task, error);
}

/* Whether it may go by itself. What waits, asks, failed or is held needs its user. */
static gboolean
is_idle (const Archiving *self, const ShipIndexRow *row)
{
  return row->archived_at == 0 && row->updated_at < self->before && row->n_pending == 0 &&
         row->n_requests == 0 &&
         (g_str_equal (row->state, "hibernated") || g_str_equal (row->state, "idle"));
}

static char *
dup_notice (const Archiving *self)
{
  if (!self->archived)
    return g_strdup (_ ("Restored"));
  if (self->days == 0)
    return g_strdup (_ ("Archived"));
  return g_strdup_printf (_ ("Archived after %u days without activity"), self->days);
}

static gboolean
write_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Archiving       *self = data;
  g_autofree char *notice = dup_notice (self);
  g_autoptr (ShipIndexRow) row = ship_index_row_derive (db, error);

  if (row == NULL)
    return FALSE;
  if (self->before != 0 ? is_idle (self, row) : (row->archived_at != 0) != self->archived)
    {
      g_clear_pointer (&row, ship_index_row_free);
      if (!ship_session_shelf_table_apply_archived (db,
                                                    self->archived,
                                                    notice,
                                                    self->now_ms,
                                                    error) ||
          (row = ship_index_row_derive (db, error)) == NULL)
        return FALSE;
    }
  self->row = g_steal_pointer (&row);
  return TRUE;
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Archiving *self = g_task_get_task_data (task);
  GError    *error = NULL;

  if (ship_session_client_call_finish (self->client, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GSource) pause = NULL;
  Archiving *self = g_task_get_task_data (task);
  GError    *error = NULL;

  if (ship_session_client_connect_finish (self->client, result, &error))
    {
      ship_session_client_call_async (self->client,
                                      "SetArchived",
                                      g_variant_new ("(b)", self->archived),
                                      g_task_get_cancellable (task),
                                      called_cb,
                                      g_object_ref (task));
      return;
    }
  if (!g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE) ||
      g_get_monotonic_time () > self->deadline)
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_error (&error);
  g_clear_object (&self->client);
  pause = g_timeout_source_new (PAUSE_MS);
  g_task_attach_source (task, pause, again_cb);
}

static void
locked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Archiving       *self = g_task_get_task_data (task);
  g_autofree char *store = ship_paths_dup_session_store (self->paths, self->id);
  GError          *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      self->now_ms = g_get_real_time () / 1000;
      ship_store_write_once_async (store,
                                   ship_session_tables_dup_migrations (),
                                   write_job,
                                   self,
                                   NULL,
                                   written_cb,
                                   g_object_ref (task));
    }
  else if (g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_CONFLICT) &&
           self->before == 0)
    {
      g_clear_error (&error);
      self->client = ship_session_client_new (self->paths, self->id);
      ship_session_client_connect_async (self->client,
                                         FALSE,
                                         g_task_get_cancellable (task),
                                         connected_cb,
                                         g_object_ref (task));
    }
  else
    g_task_return_error (task, error);
}

/* The store, too, has to be there: opening it for writing would make one. */
static void
lock_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Archiving       *self = data;
  g_autofree char *store = ship_paths_dup_session_store (self->paths, self->id);
  GError          *error = NULL;

  if (!g_file_test (store, G_FILE_TEST_EXISTS))
    g_task_return_new_error (task,
                             SHIP_CLIENT_ERROR,
                             SHIP_CLIENT_ERROR_NOT_FOUND,
                             _ ("There is no session “%s”"),
                             self->id);
  else if ((self->lock = ship_session_lock_thread (self->paths, self->id, &error)) >= 0)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* @task: (transfer full) */
static void
take_lock (GTask *task)
{
  Archiving *self = g_task_get_task_data (task);
  g_autoptr (GTask) lock = g_task_new (NULL, g_task_get_cancellable (task), locked_cb, task);

  g_task_set_source_tag (lock, take_lock);
  g_task_set_task_data (lock, self, NULL);
  /* A lock that was taken is known to its owner. */
  g_task_set_check_cancellable (lock, FALSE);
  g_task_run_in_thread (lock, lock_thread);
}

/* @before: see Archiving */
static void
start (ShipPaths          *paths,
       const char         *session_id,
       gboolean            archived,
       guint               days,
       gint64              before,
       GCancellable       *cancellable,
       GAsyncReadyCallback callback,
       gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Archiving *self = g_new0 (Archiving, 1);

  g_task_set_source_tag (task, ship_session_archive_async);
  g_task_set_task_data (task, self, (GDestroyNotify) archiving_free);
  g_task_set_check_cancellable (task, FALSE);
  self->paths = ship_paths_ref (paths);
  self->id = g_strdup (session_id);
  self->archived = archived;
  self->days = days;
  self->before = before;
  self->deadline = g_get_monotonic_time () + PATIENCE_US;
  self->lock = -1;
  if (ship_names_is_session_id (session_id))
    take_lock (g_steal_pointer (&task));
  else
    g_task_return_new_error (task,
                             SHIP_CLIENT_ERROR,
                             SHIP_CLIENT_ERROR_NOT_FOUND,
                             _ ("There is no session “%s”"),
                             session_id);
}

void
ship_session_archive_async (ShipPaths          *paths,
                            const char         *session_id,
                            gboolean            archived,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  start (paths, session_id, archived, 0, 0, cancellable, callback, user_data);
}

gboolean
ship_session_archive_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_archive_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- by itself --- */

typedef struct
{
  Archiving  what; /* its input; the rest is each session's own */
  GPtrArray *ids;  /* (owned) (element-type utf8): what is left to do, last first */
  guint      n_done;
} Sweep;

static void
sweep_free (Sweep *self)
{
  ship_paths_unref (self->what.paths);
  g_ptr_array_unref (self->ids);
  g_free (self);
}

static gboolean
list_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Sweep *self = data;
  g_autoptr (GPtrArray) rows = ship_index_table_list (db, FALSE, error);

  /* The oldest are last. */
  for (guint i = rows != NULL ? rows->len : 0; i > 0 && self->ids->len < MOST_AT_ONCE; i--)
    if (is_idle (&self->what, rows->pdata[i - 1]))
      g_ptr_array_add (self->ids, g_strdup (((ShipIndexRow *) rows->pdata[i - 1])->id));
  return rows != NULL;
}

static void one_cb (GObject *object, GAsyncResult *result, gpointer user_data);

/* @task: (transfer full) */
static void
go_on (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  GCancellable    *cancellable = g_task_get_cancellable (task);
  Sweep           *self = g_task_get_task_data (task);
  g_autofree char *id = NULL;

  if (self->ids->len == 0 || g_cancellable_is_cancelled (cancellable))
    {
      g_task_return_int (task, self->n_done);
      return;
    }
  id = g_ptr_array_steal_index (self->ids, self->ids->len - 1);
  start (self->what.paths,
         id,
         TRUE,
         self->what.days,
         self->what.before,
         cancellable,
         one_cb,
         g_steal_pointer (&task));
}

static void
one_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Sweep *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (ship_session_archive_finish (result, &error))
    self->n_done++;
  else
    g_debug ("a session could not be archived: %s", error->message);
  go_on (task);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  /* Without an index there is nothing to archive; whoever lists says what is wrong with it. */
  ship_store_once_finish (result, NULL);
  go_on (user_data);
}

void
ship_session_archive_idle_async (ShipPaths          *paths,
                                 guint               days,
                                 gint64              now_ms,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *index = ship_paths_dup_index_file (paths);
  Sweep           *self = g_new0 (Sweep, 1);

  g_task_set_source_tag (task, ship_session_archive_idle_async);
  g_task_set_task_data (task, self, (GDestroyNotify) sweep_free);
  g_task_set_check_cancellable (task, FALSE);
  self->what.paths = ship_paths_ref (paths);
  self->what.days = days;
  self->what.before = now_ms - days * DAY_MS;
  self->ids = g_ptr_array_new_with_free_func (g_free);
  if (days == 0 || self->what.before <= 0)
    {
      g_task_return_int (task, 0);
      return;
    }
  ship_store_read_once_async (index,
                              ship_index_tables_get_version (),
                              list_job,
                              self,
                              cancellable,
                              listed_cb,
                              g_steal_pointer (&task));
}

guint
ship_session_archive_idle_finish (GAsyncResult *result)
{
  gssize n_done;

  g_return_val_if_fail (g_task_is_valid (result, NULL), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_archive_idle_async), 0);

  n_done = g_task_propagate_int (G_TASK (result), NULL);
  return n_done > 0 ? (guint) n_done : 0;
}
