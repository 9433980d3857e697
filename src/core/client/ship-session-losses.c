/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-losses.h"

#include "git/ship-git-rescue.h"

/*
 *   load_async -> read_cb -> [ counted_cb ] -> (return)
 *
 * Main thread.
 */

/* Data of the task. */
typedef struct
{
  ShipPaths         *paths;  /* (owned) */
  ShipSessionLosses *losses; /* (owned) (nullable): given away at the end */
} Load;

void
ship_session_losses_free (ShipSessionLosses *self)
{
  g_clear_pointer (&self->snapshot, ship_session_snapshot_free);
  g_free (self->id);
  g_free (self);
}

gboolean
ship_session_losses_is_safe (const ShipSessionLosses *self)
{
  return self->snapshot != NULL && self->n_commits == 0 && !self->has_leftovers &&
         self->n_pending == 0;
}

/* A turn that did not end well was not committed: the last that began counts. */
static gboolean
has_leftovers (const ShipSessionSnapshot *snapshot)
{
  const ShipTaskRow *last = NULL;

  for (guint i = 0; i < snapshot->tasks->len; i++)
    {
      const ShipTaskRow *task = snapshot->tasks->pdata[i];

      if (task->started_at != 0 && (last == NULL || task->started_at >= last->started_at))
        last = task;
    }
  return last != NULL && !g_str_equal (last->state, "complete");
}

static guint
count_pending (const ShipSessionSnapshot *snapshot)
{
  guint n = 0;

  for (guint i = 0; i < snapshot->tasks->len; i++)
    n += g_str_equal (((ShipTaskRow *) snapshot->tasks->pdata[i])->state, "pending");
  return n;
}

static void
load_free (Load *load)
{
  ship_paths_unref (load->paths);
  g_clear_pointer (&load->losses, ship_session_losses_free);
  g_free (load);
}

static void
return_losses (GTask *task)
{
  Load *load = g_task_get_task_data (task);

  g_task_return_pointer (task,
                         g_steal_pointer (&load->losses),
                         (GDestroyNotify) ship_session_losses_free);
}

static void
counted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);

  load->losses->n_commits = ship_git_rescue_count_finish (result, NULL);
  return_losses (task);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load              *load = g_task_get_task_data (task);
  ShipSessionLosses *losses = load->losses;
  ShipSessionRow    *row;
  g_autofree char   *mirror = NULL;

  losses->snapshot = ship_session_snapshot_load_finish (result, NULL);
  if (losses->snapshot == NULL)
    {
      losses->n_commits = -1;
      return_losses (task);
      return;
    }
  row = losses->snapshot->session;
  losses->has_leftovers = has_leftovers (losses->snapshot);
  losses->n_pending = count_pending (losses->snapshot);
  losses->has_commits = g_strcmp0 (row->head_commit, row->base_commit) != 0;
  if (!losses->has_commits)
    {
      return_losses (task);
      return;
    }
  mirror = ship_paths_dup_mirror (load->paths, row->repository);
  ship_git_rescue_count_async (mirror,
                               row->repository,
                               row->base_commit,
                               row->head_commit,
                               g_task_get_cancellable (task),
                               counted_cb,
                               g_object_ref (task));
}

void
ship_session_losses_load_async (ShipPaths          *paths,
                                const char         *session_id,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Load  *load = g_new0 (Load, 1);

  g_task_set_source_tag (task, ship_session_losses_load_async);
  load->paths = ship_paths_ref (paths);
  load->losses = g_new0 (ShipSessionLosses, 1);
  load->losses->id = g_strdup (session_id);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  ship_session_snapshot_load_async (paths, session_id, cancellable, read_cb, task);
}

ShipSessionLosses *
ship_session_losses_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_losses_load_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
