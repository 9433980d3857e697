/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-spare-private.h"

#include "client/ship-session-client.h"
#include "client/ship-session-creator.h"

/*
 * Main thread.
 *
 *   retire_async -> connected_cb -> [ told_cb ] -> removed_cb -> (still running: pause, again)
 *                                                            -> (return)
 */

#define PAUSE_MS    50
#define PATIENCE_US (5 * G_USEC_PER_SEC)

typedef struct
{
  ShipPaths *paths; /* (owned) */
  char      *id;    /* (owned) */
  gint64     deadline;
} Retiring;

static void
retiring_free (Retiring *self)
{
  ship_paths_unref (self->paths);
  g_free (self->id);
  g_free (self);
}

static void remove_it (GTask *task);

static gboolean
again_cb (gpointer user_data)
{
  remove_it (user_data);
  return G_SOURCE_REMOVE;
}

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Retiring *self = g_task_get_task_data (task);
  g_autoptr (GSource) pause = NULL;
  GError *error = NULL;

  if (ship_session_remove_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else if (g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_CONFLICT) &&
           g_get_monotonic_time () < self->deadline)
    {
      g_clear_error (&error);
      pause = g_timeout_source_new (PAUSE_MS);
      g_task_attach_source (task, pause, again_cb);
    }
  else
    g_task_return_error (task, error);
}

static void
remove_it (GTask *task)
{
  Retiring *self = g_task_get_task_data (task);

  ship_session_remove_async (self->paths,
                             self->id,
                             g_task_get_cancellable (task),
                             removed_cb,
                             g_object_ref (task));
}

static void
told_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  /* Its lock tells whether it has ended. */
  ship_session_client_call_finish (SHIP_SESSION_CLIENT (object), result, NULL);
  remove_it (task);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ShipSessionClient *client = SHIP_SESSION_CLIENT (object);

  if (ship_session_client_connect_finish (client, result, NULL))
    ship_session_client_call_async (client,
                                    "Delete",
                                    NULL,
                                    g_task_get_cancellable (task),
                                    told_cb,
                                    g_object_ref (task));
  else
    remove_it (task);
}

void
ship_spare_retire_async (ShipPaths          *paths,
                         const char         *session_id,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (ShipSessionClient) client = ship_session_client_new (paths, session_id);
  Retiring *self = g_new0 (Retiring, 1);

  g_task_set_source_tag (task, ship_spare_retire_async);
  g_task_set_task_data (task, self, (GDestroyNotify) retiring_free);
  self->paths = ship_paths_ref (paths);
  self->id = g_strdup (session_id);
  self->deadline = g_get_monotonic_time () + PATIENCE_US;
  ship_session_client_connect_async (client, FALSE, cancellable, connected_cb, g_object_ref (task));
}

gboolean
ship_spare_retire_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_spare_retire_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
