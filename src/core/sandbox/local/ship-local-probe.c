/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>

#include "sandbox/local/ship-local-sandbox.h"

/*
 * Whether sandboxes can be made here: one is made, with everything, and ended. Main thread; a
 * chain:
 *
 *   probe_async -> make_dirs_thread -> made_cb -> start -> started_cb -> stop -> stopped_cb ->
 * (return)
 *
 * Cancelled: the sandbox is ended, and its empty directories are removed, in every step.
 */

typedef struct
{
  ShipPaths   *paths;   /* (owned) */
  char        *base;    /* (owned) (nullable): until removed */
  char        *work;    /* (owned) (nullable) */
  char        *home;    /* (owned) (nullable) */
  ShipSandbox *sandbox; /* (owned) (nullable) */
  GError      *error;   /* (owned) (nullable): of the start */
} Probe;

static void
remove_dirs (Probe *self)
{
  if (self->work != NULL)
    g_rmdir (self->work);
  if (self->home != NULL)
    g_rmdir (self->home);
  if (self->base != NULL)
    g_rmdir (self->base);
}

static void
probe_free (gpointer data)
{
  Probe *self = data;

  g_clear_object (&self->sandbox);
  remove_dirs (self);
  g_free (self->work);
  g_free (self->home);
  g_free (self->base);
  g_clear_error (&self->error);
  ship_paths_unref (self->paths);
  g_free (self);
}

static void
make_dirs_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Probe  *self = task_data;
  GError *error = NULL;

  self->base = g_dir_make_tmp ("ship-probe-XXXXXX", &error);
  if (self->base != NULL)
    {
      self->work = g_build_filename (self->base, "work", NULL);
      self->home = g_build_filename (self->base, "home", NULL);
    }
  if (self->base != NULL && ship_local_sandbox_make_dir (self->work, &error) &&
      ship_local_sandbox_make_dir (self->home, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Probe *self = g_task_get_task_data (task);

  ship_sandbox_stop_finish (self->sandbox, result, NULL);
  if (self->error != NULL)
    g_task_return_error (task, g_steal_pointer (&self->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Probe *self = g_task_get_task_data (task);

  ship_sandbox_start_finish (self->sandbox, result, &self->error);
  ship_sandbox_stop_async (self->sandbox, stopped_cb, g_steal_pointer (&task));
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Probe        *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError       *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }

  self->sandbox =
    SHIP_SANDBOX (ship_local_sandbox_new (self->paths, self->work, self->home, NULL, NULL, -1));
  ship_sandbox_start_async (self->sandbox, cancellable, started_cb, g_steal_pointer (&task));
}

void
ship_local_sandbox_probe_async (ShipPaths          *paths,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) make_dirs = NULL;
  Probe *self = g_new0 (Probe, 1);

  g_task_set_source_tag (task, ship_local_sandbox_probe_async);
  self->paths = ship_paths_ref (paths);
  g_task_set_task_data (task, self, probe_free);

  make_dirs = g_task_new (NULL, NULL, made_cb, g_steal_pointer (&task));
  g_task_set_source_tag (make_dirs, make_dirs_thread);
  g_task_set_task_data (make_dirs, self, NULL);
  g_task_run_in_thread (make_dirs, make_dirs_thread);
}

gboolean
ship_local_sandbox_probe_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_local_sandbox_probe_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
