/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/ship-store-private.h"

#include <glib/gi18n-lib.h>

/*
 * One SQLite file and the one thread that may touch it. Owned by whoever made it; main thread.
 *
 * Jobs run in the order they were queued, each in a transaction of its own. A job's callback runs
 * in the main context that queued it. The connection never leaves the thread, so it needs no lock.
 * A job that was cancelled before its commit leaves nothing behind; one whose commit was done
 * reports success, cancelled or not. ship_store_close_async() must have finished before the last
 * reference is dropped.
 */

struct _ShipStore
{
  GObject        parent_instance;
  char          *path;   /* (owned) */
  ShipStoreFile *file;   /* (owned): the thread's, while it runs */
  GAsyncQueue   *jobs;   /* (owned) (element-type Job) */
  GThread       *thread; /* (owned) (nullable): NULL after the close */
  guint          closing : 1;
};

typedef struct
{
  GTask              *task; /* (owned) */
  ShipStoreDurability durability;
  ShipStoreFunc       func; /* NULL: close the file and end the thread */
  gpointer            data; /* (owned) by data_free */
  GDestroyNotify      data_free;
} Job;

G_DEFINE_FINAL_TYPE (ShipStore, ship_store, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  if (job->data_free != NULL)
    job->data_free (job->data);
  g_clear_object (&job->task);
  g_free (job);
}

/* Gives the job's data and the job back before its caller is told, so that the caller finds nothing
 * left. */
static void
run_job_thread (ShipStoreFile *file, Job *job)
{
  g_autoptr (GTask) task = g_steal_pointer (&job->task);
  g_autoptr (GError) error = NULL;
  gboolean ok = ship_store_file_run (file,
                                     job->durability,
                                     job->func,
                                     job->data,
                                     g_task_get_cancellable (task),
                                     &error);

  job_free (job);
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static gpointer
ship_store_thread (gpointer data)
{
  ShipStore *self = data; /* borrowed: the thread is joined before the last unref */

  for (;;)
    {
      Job *job = g_async_queue_pop (self->jobs);

      if (job->func == NULL)
        {
          ship_store_file_close (self->file);
          g_task_return_boolean (job->task, TRUE);
          job_free (job);
          return NULL;
        }

      run_job_thread (self->file, job);
    }
}

static void
ship_store_finalize (GObject *object)
{
  ShipStore *self = SHIP_STORE (object);

  g_assert (self->thread == NULL); /* ship_store_close_async() first */
  g_clear_pointer (&self->jobs, g_async_queue_unref);
  g_clear_pointer (&self->file, ship_store_file_free);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (ship_store_parent_class)->finalize (object);
}

static void
ship_store_class_init (ShipStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_store_finalize;
}

static void
ship_store_init (ShipStore *self)
{
  self->jobs = g_async_queue_new_full ((GDestroyNotify) job_free);
}

/* Takes @migrations. Starts the thread; the file is opened by the first job. */
static ShipStore *
ship_store_new_full (const char *path, GStrv migrations, int newest_version)
{
  ShipStore *self = g_object_new (SHIP_TYPE_STORE, NULL);

  self->path = g_strdup (path);
  self->file = ship_store_file_new (path, migrations, newest_version);
  self->thread = g_thread_new ("ship-store", ship_store_thread, self);

  return self;
}

ShipStore *
ship_store_new (const char *path, GStrv migrations)
{
  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (migrations != NULL, NULL);

  return ship_store_new_full (path, migrations, (int) g_strv_length (migrations));
}

ShipStore *
ship_store_new_read_only (const char *path, int newest_version)
{
  g_return_val_if_fail (path != NULL, NULL);

  return ship_store_new_full (path, NULL, newest_version);
}

const char *
ship_store_get_path (ShipStore *self)
{
  g_return_val_if_fail (SHIP_IS_STORE (self), NULL);

  return self->path;
}

void
ship_store_run_async (ShipStore          *self,
                      ShipStoreDurability durability,
                      ShipStoreFunc       func,
                      gpointer            data,
                      GDestroyNotify      data_free,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (SHIP_IS_STORE (self));
  g_return_if_fail (func != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_store_run_async);
  g_task_set_check_cancellable (task, FALSE); /* what was committed is not reported as cancelled */

  if (self->closing)
    {
      if (data_free != NULL)
        data_free (data);
      g_task_return_new_error (task,
                               SHIP_STORE_ERROR,
                               SHIP_STORE_ERROR_CLOSED,
                               _ ("“%s” has been closed"),
                               self->path);
      return;
    }

  job = g_new0 (Job, 1);
  job->task = g_steal_pointer (&task);
  job->durability = durability;
  job->func = func;
  job->data = data;
  job->data_free = data_free;
  g_async_queue_push (self->jobs, job);
}

gboolean
ship_store_run_finish (ShipStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_store_run_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ship_store_close_async (ShipStore *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (SHIP_IS_STORE (self));
  g_return_if_fail (!self->closing);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_store_close_async);
  self->closing = TRUE;

  job = g_new0 (Job, 1);
  job->task = g_steal_pointer (&task);
  g_async_queue_push (self->jobs, job);
}

gboolean
ship_store_close_finish (ShipStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_store_close_async), FALSE);

  g_clear_pointer (&self->thread, g_thread_join);
  return g_task_propagate_boolean (G_TASK (result), error);
}
