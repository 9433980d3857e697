/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-index-follower-private.h"

#include "session/ship-session-tables.h"

/*
 *   load_async -> found_cb -> start_reading -> read_cb -> (return)
 *   the index's log changes -> (100 ms) due_cb -> load without a caller
 *
 * One reading at a time: what comes while one is under way makes one more after it, and a load
 * waits for a reading that began after it was asked for.
 */

#define COALESCE_MS 100

struct _ShipIndexFollower
{
  GObject            parent_instance;
  ShipPaths         *paths; /* (owned) */
  ShipIndexReadFunc  read;
  ShipIndexApplyFunc apply;
  gpointer           user_data; /* (unowned): of apply */
  ShipStore    *store; /* (owned) (nullable): NULL until the index is there, and after the close */
  GFileMonitor *monitor;     /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned): of readings, until the close */
  GPtrArray    *waiting;     /* (owned) (element-type GTask): loads for the next reading */
  guint         timer;
  gboolean      is_reading;
  gboolean      is_stale;
};

typedef struct
{
  ShipIndexFollower *self;  /* (owned) */
  GPtrArray         *loads; /* (owned) (element-type GTask) */
  GPtrArray         *rows;  /* (owned) (nullable): the job's result */
  ShipIndexReadFunc  read;
} Reading;

static void
reading_free (Reading *reading)
{
  g_object_unref (reading->self);
  g_ptr_array_unref (reading->loads);
  g_clear_pointer (&reading->rows, g_ptr_array_unref);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

G_DEFINE_FINAL_TYPE (ShipIndexFollower, ship_index_follower, G_TYPE_OBJECT)

static void start_reading (ShipIndexFollower *self);

static gboolean
read_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  g_clear_pointer (&reading->rows, g_ptr_array_unref);
  reading->rows = reading->read (reading->self->paths, db, error);
  return reading->rows != NULL;
}

/* (transfer full): @why. What was read while the close began is not applied either. */
static void
finish_reading (Reading *reading, GError *why)
{
  ShipIndexFollower *self = reading->self;
  g_autoptr (GError) error = why;

  self->is_reading = FALSE;
  if (error == NULL)
    g_cancellable_set_error_if_cancelled (self->cancellable, &error);
  if (error == NULL)
    self->apply (reading->rows, self->user_data);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && reading->loads->len == 0)
    g_debug ("the index could not be read again: %s", error->message);

  for (guint i = 0; i < reading->loads->len; i++)
    {
      if (error != NULL)
        g_task_return_error (reading->loads->pdata[i], g_error_copy (error));
      else
        g_task_return_boolean (reading->loads->pdata[i], TRUE);
    }
  if (self->is_stale || self->waiting->len > 0)
    start_reading (self);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  GError *error = NULL;

  ship_store_run_finish (SHIP_STORE (object), result, &error);
  finish_reading (reading, error);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  ShipIndexFollower *self = reading->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);
  g_autofree char *path = g_file_get_path (G_FILE (object));

  /* No index yet: no sessions yet. */
  if (info == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_clear_error (&error);
      reading->rows = g_ptr_array_new ();
    }
  if (info == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, &error))
    {
      finish_reading (reading, g_steal_pointer (&error));
      return;
    }
  self->store = ship_store_new_read_only (path, ship_index_tables_get_version ());
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        read_job,
                        reading,
                        NULL,
                        self->cancellable,
                        read_cb,
                        reading);
  g_steal_pointer (&reading);
}

static void
start_reading (ShipIndexFollower *self)
{
  Reading *reading;

  self->is_stale = TRUE;
  if (self->is_reading)
    return;
  self->is_reading = TRUE;
  self->is_stale = FALSE;
  reading = g_new0 (Reading, 1);
  reading->self = g_object_ref (self);
  reading->read = self->read;
  reading->loads = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->store != NULL)
    ship_store_run_async (self->store,
                          SHIP_STORE_DURABILITY_NORMAL,
                          read_job,
                          reading,
                          NULL,
                          self->cancellable,
                          read_cb,
                          reading);
  else
    {
      g_autofree char *path = ship_paths_dup_index_file (self->paths);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      g_file_query_info_async (file,
                               G_FILE_ATTRIBUTE_STANDARD_TYPE,
                               G_FILE_QUERY_INFO_NONE,
                               G_PRIORITY_DEFAULT,
                               self->cancellable,
                               found_cb,
                               reading);
    }
}

static gboolean
due_cb (gpointer user_data)
{
  ShipIndexFollower *self = user_data;

  self->timer = 0;
  start_reading (self);
  return G_SOURCE_REMOVE;
}

static void
log_changed_cb (ShipIndexFollower *self)
{
  if (self->timer == 0)
    self->timer = g_timeout_add (COALESCE_MS, due_cb, self);
}

/* Every commit goes through the index's write-ahead log, so its file is the one to watch. */
static void
watch (ShipIndexFollower *self)
{
  g_autofree char *path = ship_paths_dup_index_file (self->paths);
  g_autofree char *log_path = g_strconcat (path, "-wal", NULL);
  g_autoptr (GFile) log = g_file_new_for_path (log_path);
  g_autoptr (GError) error = NULL;

  self->monitor = g_file_monitor_file (log, G_FILE_MONITOR_NONE, NULL, &error);
  if (self->monitor == NULL)
    {
      g_warning ("The index cannot be followed: %s", error->message);
      return;
    }
  g_file_monitor_set_rate_limit (self->monitor, COALESCE_MS);
  g_signal_connect_object (self->monitor,
                           "changed",
                           G_CALLBACK (log_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
}

static void
ship_index_follower_dispose (GObject *object)
{
  ShipIndexFollower *self = SHIP_INDEX_FOLLOWER (object);

  g_assert (self->store == NULL); /* ship_index_follower_close_async() first */
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (ship_index_follower_parent_class)->dispose (object);
}

static void
ship_index_follower_finalize (GObject *object)
{
  ShipIndexFollower *self = SHIP_INDEX_FOLLOWER (object);

  ship_paths_unref (self->paths);
  g_ptr_array_unref (self->waiting);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (ship_index_follower_parent_class)->finalize (object);
}

static void
ship_index_follower_class_init (ShipIndexFollowerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_index_follower_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_index_follower_finalize;
}

static void
ship_index_follower_init (ShipIndexFollower *self)
{
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

ShipIndexFollower *
ship_index_follower_new (ShipPaths         *paths,
                         ShipIndexReadFunc  read,
                         ShipIndexApplyFunc apply,
                         gpointer           user_data)
{
  ShipIndexFollower *self = g_object_new (SHIP_TYPE_INDEX_FOLLOWER, NULL);

  self->paths = ship_paths_ref (paths);
  self->read = read;
  self->apply = apply;
  self->user_data = user_data;
  return self;
}

void
ship_index_follower_set_read (ShipIndexFollower *self, ShipIndexReadFunc read)
{
  g_return_if_fail (SHIP_IS_INDEX_FOLLOWER (self));

  self->read = read;
}

void
ship_index_follower_load_async (ShipIndexFollower  *self,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (SHIP_IS_INDEX_FOLLOWER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_index_follower_load_async);
  g_ptr_array_add (self->waiting, task);
  if (self->monitor == NULL && !g_cancellable_is_cancelled (self->cancellable))
    watch (self);
  start_reading (self);
}

gboolean
ship_index_follower_load_finish (ShipIndexFollower *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_index_follower_load_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_store_close_finish (SHIP_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ship_index_follower_close_async (ShipIndexFollower  *self,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (ShipStore) store = NULL;

  g_return_if_fail (SHIP_IS_INDEX_FOLLOWER (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_index_follower_close_async);
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->monitor);
  store = g_steal_pointer (&self->store);
  if (store == NULL)
    g_task_return_boolean (task, TRUE);
  else
    ship_store_close_async (store, closed_cb, g_steal_pointer (&task));
}

gboolean
ship_index_follower_close_finish (ShipIndexFollower *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_index_follower_close_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
