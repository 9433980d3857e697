/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "base/ship-tree-remove.h"
#include "sandbox/local/ship-local-sandbox.h"
#include "sandbox/ship-sandbox-run.h"

/*
 * Whether sandboxes can be made here: one is made, with everything, and ended. Main thread; a
 * chain:
 *
 *   probe_async -> make_dirs_thread -> made_cb -> start -> started_cb -> (of an overlay: write_cb)
 * -> stop -> stopped_cb -> remove_thread -> (return)
 *
 * Cancelled: the sandbox is ended, and its directories are removed, in every step. An overlay can
 * be mountable and still be of no use (a file system without what it needs), so it is written to.
 */

#define WRITE_SCRIPT "echo more >>/work/changed && rm /work/removed && mv /work/changed /work/moved"

typedef struct
{
  ShipPaths   *paths;      /* (owned) */
  char        *layers_dir; /* (owned) (nullable): with an overlay */
  char        *state_dir;  /* (owned) (nullable): with an overlay */
  char        *base;       /* (owned) (nullable) */
  char        *layer_base; /* (owned) (nullable): with an overlay */
  char        *layer;      /* (owned) (nullable): with an overlay */
  char        *state;      /* (owned) (nullable): with an overlay */
  char        *work;       /* (owned) (nullable) */
  char        *home;       /* (owned) (nullable) */
  ShipSandbox *sandbox;    /* (owned) (nullable) */
  GError      *error;      /* (owned) (nullable): of the start */
} Probe;

static void
probe_free (gpointer data)
{
  Probe *self = data;

  g_clear_object (&self->sandbox);
  g_free (self->layers_dir);
  g_free (self->state_dir);
  g_free (self->base);
  g_free (self->layer_base);
  g_free (self->layer);
  g_free (self->state);
  g_free (self->work);
  g_free (self->home);
  g_clear_error (&self->error);
  ship_paths_unref (self->paths);
  g_free (self);
}

/* @parent: (nullable): where temporary directories go. Returns: (transfer full) (nullable) */
static char *
make_temporary (const char *parent, GError **error)
{
  g_autofree char *path = NULL;

  if (parent == NULL)
    return g_dir_make_tmp ("ship-probe-XXXXXX", error);
  if (!ship_paths_make_private_dir (parent, error))
    return NULL;
  path = g_build_filename (parent, "probe-XXXXXX", NULL);
  if (g_mkdtemp (path) != NULL)
    return g_steal_pointer (&path);

  g_set_error (error,
               SHIP_SANDBOX_ERROR,
               SHIP_SANDBOX_ERROR_FAILED,
               _ ("The directory “%s” could not be made: %s"),
               path,
               g_strerror (errno));
  return NULL;
}

static gboolean
make_layer_file (const char *layer, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (layer, name, NULL);
  uid_t            uid = ship_local_sandbox_get_uid ();

  if (!g_file_set_contents (path, "below\n", -1, error))
    return FALSE;
  if (uid == geteuid () || lchown (path, uid, (gid_t) uid) == 0)
    return TRUE;

  g_set_error (error,
               SHIP_SANDBOX_ERROR,
               SHIP_SANDBOX_ERROR_FAILED,
               _ ("The directory “%s” could not be made: %s"),
               layer,
               g_strerror (errno));
  return FALSE;
}

static gboolean
make_overlay_dirs (Probe *self, GError **error)
{
  self->layer_base = make_temporary (self->layers_dir, error);
  if (self->layer_base == NULL)
    return FALSE;

  self->layer = g_build_filename (self->layer_base, "layer", NULL);
  self->state = g_build_filename (self->base, "state", NULL);
  return ship_local_sandbox_make_dir (self->layer, error) &&
         ship_local_sandbox_make_overlay_dir (self->state, error) &&
         make_layer_file (self->layer, "changed", error) &&
         make_layer_file (self->layer, "removed", error);
}

static void
make_dirs_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Probe  *self = task_data;
  GError *error = NULL;

  self->base = make_temporary (self->state_dir, &error);
  if (self->base != NULL)
    {
      self->work = g_build_filename (self->base, "work", NULL);
      self->home = g_build_filename (self->base, "home", NULL);
    }
  if (self->base != NULL && ship_local_sandbox_make_dir (self->work, &error) &&
      ship_local_sandbox_make_dir (self->home, &error) &&
      (self->layers_dir == NULL || make_overlay_dirs (self, &error)))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
remove_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Probe *self = task_data;

  if (self->base != NULL)
    ship_tree_remove_thread (self->base, NULL);
  if (self->layer_base != NULL)
    ship_tree_remove_thread (self->layer_base, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Probe *self = g_task_get_task_data (task);

  if (self->error != NULL)
    g_task_return_error (task, g_steal_pointer (&self->error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Takes @task. */
static void
remove_dirs (GTask *task)
{
  Probe *self = g_task_get_task_data (task);
  g_autoptr (GTask) removal = g_task_new (NULL, NULL, removed_cb, task);

  g_task_set_source_tag (removal, remove_thread);
  g_task_set_task_data (removal, self, NULL);
  g_task_run_in_thread (removal, remove_thread);
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Probe *self = g_task_get_task_data (task);

  ship_sandbox_stop_finish (self->sandbox, result, NULL);
  g_clear_object (&self->sandbox);
  remove_dirs (g_steal_pointer (&task));
}

static void
write_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Probe *self = g_task_get_task_data (task);
  g_autoptr (ShipSandboxRunResult) run =
    ship_sandbox_run_finish (self->sandbox, result, &self->error);

  if (run != NULL && run->wait_status != 0)
    self->error = g_error_new (SHIP_SANDBOX_ERROR,
                               SHIP_SANDBOX_ERROR_UNAVAILABLE,
                               _ ("An overlay could be mounted, but not written to: %s"),
                               run->error_text);
  ship_sandbox_stop_async (self->sandbox, stopped_cb, g_steal_pointer (&task));
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Probe *self = g_task_get_task_data (task);

  if (ship_sandbox_start_finish (self->sandbox, result, &self->error) && self->layer != NULL)
    ship_sandbox_run_async (self->sandbox,
                            ship_sandbox_command_new ("/bin/sh", "-c", WRITE_SCRIPT, NULL),
                            NULL,
                            1024,
                            g_task_get_cancellable (task),
                            write_cb,
                            g_object_ref (task));
  else
    ship_sandbox_stop_async (self->sandbox, stopped_cb, g_steal_pointer (&task));
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Probe        *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  const char   *layers[] = { self->layer, NULL };

  if (!g_task_propagate_boolean (G_TASK (result), &self->error))
    {
      remove_dirs (g_steal_pointer (&task));
      return;
    }

  self->sandbox =
    SHIP_SANDBOX (ship_local_sandbox_new (self->paths, self->work, self->home, NULL, NULL, -1));
  if (self->layer != NULL)
    ship_local_sandbox_set_overlay (SHIP_LOCAL_SANDBOX (self->sandbox), self->state, layers, NULL);
  ship_sandbox_start_async (self->sandbox, cancellable, started_cb, g_steal_pointer (&task));
}

static void
start_probe (ShipPaths *paths, const char *layers_dir, const char *state_dir, GTask *new_task)
{
  g_autoptr (GTask) task = new_task;
  g_autoptr (GTask) make_dirs = NULL;
  Probe *self = g_new0 (Probe, 1);

  self->paths = ship_paths_ref (paths);
  self->layers_dir = g_strdup (layers_dir);
  self->state_dir = g_strdup (state_dir);
  g_task_set_task_data (task, self, probe_free);

  make_dirs = g_task_new (NULL, NULL, made_cb, g_steal_pointer (&task));
  g_task_set_source_tag (make_dirs, make_dirs_thread);
  g_task_set_task_data (make_dirs, self, NULL);
  g_task_run_in_thread (make_dirs, make_dirs_thread);
}

void
ship_local_sandbox_probe_async (ShipPaths          *paths,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_local_sandbox_probe_async);
  start_probe (paths, NULL, NULL, task);
}

gboolean
ship_local_sandbox_probe_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_local_sandbox_probe_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ship_local_sandbox_probe_overlay_async (ShipPaths          *paths,
                                        const char         *layers_dir,
                                        const char         *state_dir,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (layers_dir != NULL && state_dir != NULL);

  g_task_set_source_tag (task, ship_local_sandbox_probe_overlay_async);
  start_probe (paths, layers_dir, state_dir, task);
}

gboolean
ship_local_sandbox_probe_overlay_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_local_sandbox_probe_overlay_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
