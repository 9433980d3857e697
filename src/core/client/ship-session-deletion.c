/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-session-deletion.h"

#include "client/ship-session-client.h"
#include "client/ship-session-creator.h"
#include "client/ship-transcript.h"
#include "git/ship-git-rescue.h"

/*
 * What every face does about a deletion. Main thread.
 *
 *   weigh_async  -> read_cb -> [ counted_cb ] -> (return)
 *   delete_async -> connected_cb -> [ Delete: asleep_cb ] -> removed_cb -> (return)
 */

#define MAX_TRIES 300
#define TRY_MS    50

/* --- what would be lost --- */

void
ship_session_losses_free (ShipSessionLosses *self)
{
  if (self == NULL)
    return;
  g_free (self->title);
  g_free (self->repository);
  g_free (self->branch);
  g_free (self->state);
  g_free (self);
}

gboolean
ship_session_losses_is_any (const ShipSessionLosses *self)
{
  return !self->is_readable || self->is_working || self->n_lost != 0 || self->has_leftovers ||
         self->n_pending > 0;
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

static ShipSessionLosses *
describe (const ShipSessionSnapshot *snapshot)
{
  static const char *const quiet[] = { "hibernated", "idle", "failed", "holding", NULL };
  ShipSessionLosses       *losses = g_new0 (ShipSessionLosses, 1);
  const ShipSessionRow    *session;

  losses->is_readable = snapshot != NULL;
  if (snapshot == NULL)
    return losses;
  session = snapshot->session;
  losses->title = g_strdup (session->title);
  losses->repository = g_strdup (session->repository);
  losses->branch = g_strdup (session->branch);
  losses->state = g_strdup (session->state);
  losses->is_working = !g_strv_contains (quiet, session->state);
  losses->has_commits = g_strcmp0 (session->head_commit, session->base_commit) != 0;
  losses->has_leftovers = has_leftovers (snapshot);
  losses->n_pending = count_pending (snapshot);
  return losses;
}

static void
counted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ShipSessionLosses *losses = g_object_steal_data (G_OBJECT (task), "losses");

  losses->n_lost = ship_git_rescue_count_finish (result, NULL);
  g_task_return_pointer (task, losses, (GDestroyNotify) ship_session_losses_free);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ShipPaths *paths = g_task_get_task_data (task);
  /* A session whose store cannot be read can still be deleted. */
  g_autoptr (ShipSessionSnapshot) snapshot = ship_session_snapshot_load_finish (result, NULL);
  g_autoptr (ShipSessionLosses) losses = describe (snapshot);
  g_autofree char *mirror = NULL;

  if (!losses->has_commits)
    {
      g_task_return_pointer (task,
                             g_steal_pointer (&losses),
                             (GDestroyNotify) ship_session_losses_free);
      return;
    }
  mirror = ship_paths_dup_mirror (paths, losses->repository);
  g_object_set_data_full (G_OBJECT (task),
                          "losses",
                          g_steal_pointer (&losses),
                          (GDestroyNotify) ship_session_losses_free);
  ship_git_rescue_count_async (mirror,
                               snapshot->session->repository,
                               snapshot->session->base_commit,
                               snapshot->session->head_commit,
                               g_task_get_cancellable (task),
                               counted_cb,
                               g_object_ref (task));
}

void
ship_session_weigh_async (ShipPaths          *paths,
                          const char         *session_id,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_session_weigh_async);
  g_task_set_task_data (task, ship_paths_ref (paths), (GDestroyNotify) ship_paths_unref);
  ship_session_snapshot_load_async (paths, session_id, cancellable, read_cb, task);
}

ShipSessionLosses *
ship_session_weigh_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_weigh_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- deleting --- */

typedef struct
{
  /* Input. */
  ShipPaths *paths; /* (owned) */
  char      *id;    /* (owned) */
  gboolean   force;

  /* In progress. */
  ShipSessionClient *client; /* (owned) (nullable) */
  guint              n_tries;
} Deletion;

static void
deletion_free (Deletion *self)
{
  ship_paths_unref (self->paths);
  g_free (self->id);
  g_clear_object (&self->client);
  g_free (self);
}

static void remove_session (GTask *task);

static gboolean
again_cb (gpointer user_data)
{
  remove_session (g_object_ref (user_data));
  return G_SOURCE_REMOVE;
}

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Deletion *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (ship_session_remove_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else if (g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_CONFLICT) &&
           self->n_tries++ < MAX_TRIES)
    {
      /* Its process was told to end, and is still cleaning up. */
      g_autoptr (GSource) pause = g_timeout_source_new (TRY_MS);

      g_task_attach_source (task, pause, again_cb);
    }
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* @task: (transfer full) */
static void
remove_session (GTask *task)
{
  Deletion     *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (self->force)
    ship_session_remove_by_force_async (self->paths, self->id, cancellable, removed_cb, task);
  else
    ship_session_remove_async (self->paths, self->id, cancellable, removed_cb, task);
}

static void
asleep_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* That it ended before it could answer is as good. */
  if (ship_session_client_call_finish (SHIP_SESSION_CLIENT (object), result, &error) ||
      g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE))
    remove_session (g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Deletion *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (ship_session_client_connect_finish (self->client, result, &error))
    ship_session_client_call_async (self->client,
                                    "Delete",
                                    NULL,
                                    g_task_get_cancellable (task),
                                    asleep_cb,
                                    g_object_ref (task));
  else if (g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE) ||
           g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND))
    remove_session (g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ship_session_delete_async (ShipPaths          *paths,
                           const char         *session_id,
                           gboolean            force,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  GTask    *task = g_task_new (NULL, cancellable, callback, user_data);
  Deletion *self = g_new0 (Deletion, 1);

  g_task_set_source_tag (task, ship_session_delete_async);
  /* What was deleted is not reported as cancelled. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) deletion_free);
  self->paths = ship_paths_ref (paths);
  self->id = g_strdup (session_id);
  self->force = force;
  self->client = ship_session_client_new (paths, session_id);
  ship_session_client_connect_async (self->client, FALSE, cancellable, connected_cb, task);
}

gboolean
ship_session_delete_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_delete_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
