/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "agent/opencode/ship-opencode-connect.h"

#include <glib/gi18n-lib.h>

#include "agent/ship-agent-error.h"
#include "base/ship-json.h"

/*
 *   run_async → start_health → health_cb → start_events → events_cb → (return)
 *                    ↑_ try_again ←_|______________________|
 *
 * A connection that OpenCode accepts in the instant it begins to listen is never answered, so every
 * attempt has a short limit of its own, which grows: on a busy machine the answer may really take
 * that long.
 */

#define POLL_MS          250
#define FIRST_ATTEMPT_MS 250
#define LAST_ATTEMPT_MS  2000
/* The first use of a directory makes OpenCode set up a project. */
#define EVENTS_ATTEMPT_MS 10000

struct _ShipOpencodeConnect
{
  GObject parent_instance;

  /* Input. */
  ShipOpencodeApi *api; /* (owned) */
  guint            limit_ms;

  /* In progress. */
  gint64        deadline; /* monotonic microseconds */
  guint         attempt_ms;
  GCancellable *attempt; /* (owned) (nullable): of the request under way */
  guint         timer;   /* the end of the attempt, or of the pause before the next */
  gulong        cancelled_id;

  /* Result. */
  char *version; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (ShipOpencodeConnect, ship_opencode_connect, G_TYPE_OBJECT)

static void start_health (GTask *task);

static void
ship_opencode_connect_dispose (GObject *object)
{
  ShipOpencodeConnect *self = SHIP_OPENCODE_CONNECT (object);

  g_assert (self->attempt == NULL);
  g_assert (self->timer == 0);
  g_clear_object (&self->api);
  g_clear_pointer (&self->version, g_free);

  G_OBJECT_CLASS (ship_opencode_connect_parent_class)->dispose (object);
}

static void
ship_opencode_connect_class_init (ShipOpencodeConnectClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_opencode_connect_dispose;
}

static void
ship_opencode_connect_init (ShipOpencodeConnect *self)
{
}

ShipOpencodeConnect *
ship_opencode_connect_new (ShipOpencodeApi *api, guint limit_ms)
{
  ShipOpencodeConnect *self = g_object_new (SHIP_TYPE_OPENCODE_CONNECT, NULL);

  self->api = g_object_ref (api);
  self->limit_ms = limit_ms;
  self->attempt_ms = FIRST_ATTEMPT_MS;

  return self;
}

static guint
get_left_ms (ShipOpencodeConnect *self)
{
  gint64 left = (self->deadline - g_get_monotonic_time ()) / 1000;

  return left > 0 ? (guint) left : 0;
}

static gboolean
attempt_over_cb (gpointer user_data)
{
  ShipOpencodeConnect *self = user_data;

  self->timer = 0;
  g_cancellable_cancel (self->attempt);

  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
begin_attempt (ShipOpencodeConnect *self, GCancellable *cancellable, guint limit_ms)
{
  g_assert (self->attempt == NULL && self->timer == 0);

  self->attempt = g_cancellable_new ();
  self->timer = g_timeout_add (MIN (limit_ms, get_left_ms (self)), attempt_over_cb, self);
  if (cancellable != NULL)
    self->cancelled_id = g_cancellable_connect (cancellable,
                                                G_CALLBACK (cancelled_cb),
                                                g_object_ref (self->attempt),
                                                g_object_unref);
}

static void
end_attempt (ShipOpencodeConnect *self, GCancellable *cancellable)
{
  if (self->cancelled_id != 0)
    g_cancellable_disconnect (cancellable, self->cancelled_id);
  self->cancelled_id = 0;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->attempt);
}

/* Whether a server that is only just starting may have caused it. */
static gboolean
is_passing (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST) ||
         g_error_matches (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_FAILED);
}

static gboolean
pause_over_cb (gpointer user_data)
{
  GTask               *task = user_data;
  ShipOpencodeConnect *self = g_task_get_source_object (task);

  self->timer = 0;
  start_health (g_object_ref (task));

  return G_SOURCE_REMOVE;
}

/* Takes @task and @error. */
static void
try_again (GTask *task, GError *error)
{
  g_autoptr (GTask) owned = task;
  g_autoptr (GError) cause = error;
  ShipOpencodeConnect *self = g_task_get_source_object (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!is_passing (cause))
    {
      g_task_return_error (task, g_steal_pointer (&cause));
      return;
    }
  if (get_left_ms (self) <= POLL_MS)
    {
      g_task_return_new_error (task,
                               SHIP_AGENT_ERROR,
                               SHIP_AGENT_ERROR_NOT_READY,
                               "%s",
                               _ ("The agent did not come up in time."));
      return;
    }

  self->attempt_ms = MIN (self->attempt_ms * 2, LAST_ATTEMPT_MS);
  self->timer = g_timeout_add_full (G_PRIORITY_DEFAULT,
                                    POLL_MS,
                                    pause_over_cb,
                                    g_steal_pointer (&owned),
                                    g_object_unref);
}

static void
events_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeConnect *self = g_task_get_source_object (task);
  GError              *error = NULL;
  GInputStream        *stream;

  end_attempt (self, g_task_get_cancellable (task));
  stream = ship_opencode_api_open_events_finish (self->api, result, &error);
  if (stream == NULL)
    try_again (g_steal_pointer (&task), error);
  else
    g_task_return_pointer (task, stream, g_object_unref);
}

/* Takes @task. */
static void
start_events (GTask *task)
{
  ShipOpencodeConnect *self = g_task_get_source_object (task);

  begin_attempt (self, g_task_get_cancellable (task), EVENTS_ATTEMPT_MS);
  ship_opencode_api_open_events_async (self->api, self->attempt, events_cb, task);
}

static gboolean
read_health (ShipOpencodeConnect *self, ShipOpencodeReply *reply, GError **error)
{
  JsonObject *object = NULL;

  if (reply->root != NULL && JSON_NODE_HOLDS_OBJECT (reply->root))
    object = json_node_get_object (reply->root);
  if (object == NULL || !ship_json_get_boolean (object, "healthy", FALSE))
    {
      g_set_error_literal (error,
                           SHIP_AGENT_ERROR,
                           SHIP_AGENT_ERROR_PROTOCOL,
                           _ ("What answers in the agent's place is not the agent."));
      return FALSE;
    }

  g_free (self->version);
  self->version = g_strdup (ship_json_get_string (object, "version", ""));

  return TRUE;
}

static void
health_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeConnect *self = g_task_get_source_object (task);
  GError              *error = NULL;
  g_autoptr (ShipOpencodeReply) reply = NULL;

  end_attempt (self, g_task_get_cancellable (task));
  reply = ship_opencode_api_call_finish (self->api, result, &error);
  if (reply == NULL || !read_health (self, reply, &error))
    try_again (g_steal_pointer (&task), error);
  else
    start_events (g_steal_pointer (&task));
}

/* Takes @task. */
static void
start_health (GTask *task)
{
  ShipOpencodeConnect *self = g_task_get_source_object (task);

  begin_attempt (self, g_task_get_cancellable (task), self->attempt_ms);
  ship_opencode_api_call_async (self->api,
                                "GET",
                                "/global/health",
                                NULL,
                                self->attempt,
                                health_cb,
                                task);
}

void
ship_opencode_connect_run_async (ShipOpencodeConnect *self,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_opencode_connect_run_async);
  self->deadline = g_get_monotonic_time () + (gint64) self->limit_ms * 1000;
  start_health (g_steal_pointer (&task));
}

GInputStream *
ship_opencode_connect_run_finish (ShipOpencodeConnect *self,
                                  GAsyncResult        *result,
                                  char               **version,
                                  GError             **error)
{
  GInputStream *stream;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_opencode_connect_run_async), NULL);

  stream = g_task_propagate_pointer (G_TASK (result), error);
  if (stream != NULL)
    *version = g_steal_pointer (&self->version);

  return stream;
}
