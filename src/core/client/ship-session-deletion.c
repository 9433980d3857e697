/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-session-deletion.h"

#include "client/ship-session-client.h"
#include "client/ship-session-creator.h"

/*
 * Main thread.
 *
 *   delete_async -> connected_cb -> [ Delete: asleep_cb ] -> removed_cb -> (return)
 */

#define MAX_TRIES 300
#define TRY_MS    50

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
