/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-store-once.h"

/*
 * A chain of three. Main thread.
 *
 *   read_once_async -> found_cb -> run -> run_cb -> closed_cb -> (return)
 *   write_once_async ----------> run
 */

typedef struct
{
  ShipStore    *store; /* (owned) (nullable) */
  char         *path;  /* (owned) */
  int           newest_version;
  ShipStoreFunc func;
  gpointer      data;  /* (unowned): the caller's */
  GError       *error; /* (owned) (nullable): of the job */
} Once;

static void
once_free (Once *self)
{
  g_clear_object (&self->store);
  g_free (self->path);
  g_clear_error (&self->error);
  g_free (self);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Once    *self = g_task_get_task_data (task);
  GError  *error = NULL;
  gboolean is_closed = ship_store_close_finish (SHIP_STORE (object), result, &error);

  if (self->error != NULL)
    {
      g_clear_error (&error);
      g_task_return_error (task, g_steal_pointer (&self->error));
    }
  else if (!is_closed)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
run_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Once *self = g_task_get_task_data (task);

  ship_store_run_finish (self->store, result, &self->error);
  ship_store_close_async (self->store, closed_cb, g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
run (GTask *task)
{
  Once *self = g_task_get_task_data (task);

  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_FULL,
                        self->func,
                        self->data,
                        NULL,
                        g_task_get_cancellable (task),
                        run_cb,
                        task);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Once   *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);

  if (info == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->store = ship_store_new_read_only (self->path, self->newest_version);
  run (g_steal_pointer (&task));
}

static GTask *
new_task (const char         *path,
          ShipStoreFunc       func,
          gpointer            data,
          GCancellable       *cancellable,
          GAsyncReadyCallback callback,
          gpointer            user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Once  *self = g_new0 (Once, 1);

  g_task_set_source_tag (task, ship_store_write_once_async);
  /* A job that was committed is not reported as cancelled. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) once_free);
  self->path = g_strdup (path);
  self->func = func;
  self->data = data;
  return task;
}

void
ship_store_read_once_async (const char         *path,
                            int                 newest_version,
                            ShipStoreFunc       func,
                            gpointer            data,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = new_task (path, func, data, cancellable, callback, user_data);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Once *self = g_task_get_task_data (task);

  self->newest_version = newest_version;
  g_file_query_info_async (file,
                           G_FILE_ATTRIBUTE_STANDARD_TYPE,
                           G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT,
                           cancellable,
                           found_cb,
                           g_steal_pointer (&task));
}

void
ship_store_write_once_async (const char         *path,
                             GStrv               migrations,
                             ShipStoreFunc       func,
                             gpointer            data,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  GTask *task = new_task (path, func, data, cancellable, callback, user_data);
  Once  *self = g_task_get_task_data (task);

  self->store = ship_store_new (path, migrations);
  run (task);
}

gboolean
ship_store_once_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_store_write_once_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
