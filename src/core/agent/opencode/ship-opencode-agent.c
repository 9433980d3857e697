/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "agent/opencode/ship-opencode-agent.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "agent/opencode/ship-opencode-chat.h"
#include "agent/opencode/ship-opencode-connect.h"
#include "agent/opencode/ship-opencode-events.h"
#include "agent/opencode/ship-opencode-merge.h"
#include "agent/opencode/ship-opencode-reconcile.h"
#include "agent/opencode/ship-opencode-requests.h"
#include "agent/opencode/ship-opencode-session.h"
#include "net/ship-event-stream.h"

/*
 * The link to one OpenCode server: its event stream while it is connected, and requests. Owned by
 * whoever runs the session; main thread.
 *
 *   connect_async → (ShipOpencodeConnect) → opened_cb → first event → (return)
 *
 * A connect has succeeded once "server.connected" has been read: from then on no event is missed.
 */

#define CONNECT_MS     60000
#define FIRST_EVENT_MS 10000
#define SILENCE_MS     45000
#define MAX_EVENT_SIZE (16 * 1024 * 1024)
#define MAX_HELD       20000
#define MAX_RAW_BYTES  65536

/* Here and not in the header, because the class of what it derives from is private. */
G_DECLARE_FINAL_TYPE (ShipOpencodeAgent, ship_opencode_agent, SHIP, OPENCODE_AGENT, ShipAgent)

struct _ShipOpencodeAgent
{
  ShipAgent parent_instance;

  ShipOpencodeApi *api; /* (owned) */
  guint            connect_ms;
  guint            silence_ms;
  char            *version; /* (owned) (nullable) */

  /* While connecting. */
  GCancellable *connecting; /* (owned) (nullable): of the connect under way */
  GCancellable *caller;     /* (owned) (nullable): the caller's, which cancels ours */
  gulong        caller_id;
  GTask        *waiting;          /* (owned) (nullable): for the first event */
  guint         first_event_over; /* the limit of that wait */
  GSource      *cancel_source;    /* (owned) (nullable): ends that wait */

  /* While connected. */
  ShipEventStream *stream; /* (owned) (nullable): also while waiting for the first event */
  gboolean         is_connected;
  gboolean         was_disconnected; /* by us: what is under way was cancelled, not lost */
  guint            link;             /* counts the connections made */
  guint            watchdog;
  gint64           last_activity; /* of the streams before this one */
  GHashTable      *asked; /* (owned) (element-type utf8): requests that were told and not closed */
  GQueue *held; /* (owned) (nullable) (element-type ShipAgentEvent): a reconcile is under way */
};

G_DEFINE_FINAL_TYPE (ShipOpencodeAgent, ship_opencode_agent, SHIP_TYPE_AGENT)

static void
free_held (GQueue *held)
{
  g_queue_free_full (held, (GDestroyNotify) ship_agent_event_unref);
}

ShipOpencodeApi *
ship_opencode_chat_get_api (ShipAgent *agent)
{
  return SHIP_OPENCODE_AGENT (agent)->api;
}

/* Ends the link without a word. */
static void
drop_link (ShipOpencodeAgent *self)
{
  self->is_connected = FALSE;
  g_clear_handle_id (&self->watchdog, g_source_remove);
  g_clear_pointer (&self->held, free_held);
  if (self->stream != NULL)
    {
      self->last_activity = ship_event_stream_get_last_activity (self->stream);
      g_signal_handlers_disconnect_by_data (self->stream, self);
      ship_event_stream_stop (self->stream);
    }
  g_clear_object (&self->stream);
}

static void
stop_connecting (ShipOpencodeAgent *self)
{
  if (self->caller_id != 0)
    g_cancellable_disconnect (self->caller, self->caller_id);
  self->caller_id = 0;
  g_clear_object (&self->caller);
  g_clear_object (&self->connecting);
}

/* Ends the wait for the first event. Takes @error; NULL: it came. The callback may run at once. */
static void
end_connect (ShipOpencodeAgent *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->waiting);

  g_clear_handle_id (&self->first_event_over, g_source_remove);
  if (self->cancel_source != NULL)
    g_source_destroy (self->cancel_source);
  g_clear_pointer (&self->cancel_source, g_source_unref);
  stop_connecting (self);
  if (error != NULL)
    {
      drop_link (self);
      g_task_return_error (task, error);
      return;
    }

  self->is_connected = TRUE;
  g_task_return_boolean (task, TRUE);
}

/* Takes @error. Says so once, and only if there was a link. */
static void
lose (ShipOpencodeAgent *self, GError *error)
{
  g_autoptr (GError) owned = error;

  if (self->waiting != NULL)
    {
      end_connect (self, g_steal_pointer (&owned));
      return;
    }
  if (!self->is_connected)
    return;

  drop_link (self);
  ship_agent_emit_lost (SHIP_AGENT (self), owned);
}

static GError *
lost_error (const char *text)
{
  return g_error_new_literal (SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST, text);
}

static GError *
new_ended_error (ShipOpencodeAgent *self)
{
  if (self->was_disconnected)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Disconnected"));

  return lost_error (_ ("The agent was lost."));
}

/* Text that is no event at all is kept like an unknown one. */
static ShipAgentEvent *
new_malformed (const char *data)
{
  ShipAgentEvent *event = ship_agent_event_new (SHIP_AGENT_EVENT_UNKNOWN, "malformed");

  event->raw = g_utf8_make_valid (data, (gssize) MIN (strlen (data), MAX_RAW_BYTES));

  return event;
}

static void
take_first_event (ShipOpencodeAgent *self, ShipAgentEvent *event)
{
  if (strcmp (event->name, SHIP_OPENCODE_EVENT_CONNECTED) == 0)
    end_connect (self, NULL);
  else
    end_connect (self,
                 g_error_new_literal (SHIP_AGENT_ERROR,
                                      SHIP_AGENT_ERROR_PROTOCOL,
                                      _ ("The agent's stream of events began unexpectedly.")));
}

/* A handler may end the link. */
static void
tell (ShipOpencodeAgent *self, ShipAgentEvent *event)
{
  if (event->request != NULL)
    g_hash_table_add (self->asked, g_strdup (event->request->id));
  else if (event->kind == SHIP_AGENT_EVENT_REQUEST_CLOSED && event->request_id != NULL)
    g_hash_table_remove (self->asked, event->request_id);
  ship_agent_emit_event (SHIP_AGENT (self), event);
}

static void
hold (ShipOpencodeAgent *self, ShipAgentEvent *event)
{
  if (self->held->length >= MAX_HELD)
    lose (self, lost_error (_ ("The agent told more than could be taken in.")));
  else
    g_queue_push_tail (self->held, ship_agent_event_ref (event));
}

static void
stream_event_cb (ShipEventStream   *stream,
                 const char        *name,
                 const char        *data,
                 const char        *id,
                 ShipOpencodeAgent *self)
{
  g_autoptr (ShipOpencodeAgent) alive = g_object_ref (self);
  g_autoptr (ShipAgentEvent) event = ship_opencode_event_parse (data, -1, NULL);

  if (event == NULL)
    event = new_malformed (data);

  if (self->waiting != NULL)
    take_first_event (self, event);
  else if (!self->is_connected || event->kind == SHIP_AGENT_EVENT_IGNORED)
    return;
  else if (self->held != NULL)
    hold (self, event);
  else
    tell (self, event);
}

static void
stream_closed_cb (ShipEventStream *stream, GError *cause, ShipOpencodeAgent *self)
{
  g_autoptr (ShipOpencodeAgent) alive = g_object_ref (self);

  lose (self, lost_error (_ ("The agent's stream of events ended.")));
}

static gboolean
watchdog_cb (gpointer user_data)
{
  ShipOpencodeAgent *self = user_data;
  gint64 silent = g_get_monotonic_time () - ship_event_stream_get_last_activity (self->stream);

  if (silent < (gint64) self->silence_ms * 1000)
    return G_SOURCE_CONTINUE;

  lose (self,
        g_error_new_literal (SHIP_AGENT_ERROR,
                             SHIP_AGENT_ERROR_SILENT,
                             _ ("The agent has given no sign of life for a while.")));

  return G_SOURCE_REMOVE;
}

static gboolean
first_event_over_cb (gpointer user_data)
{
  ShipOpencodeAgent *self = user_data;

  self->first_event_over = 0;
  end_connect (self,
               g_error_new_literal (SHIP_AGENT_ERROR,
                                    SHIP_AGENT_ERROR_NOT_READY,
                                    _ ("The agent did not come up in time.")));

  return G_SOURCE_REMOVE;
}

static gboolean
wait_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  end_connect (user_data, g_steal_pointer (&error));

  return G_SOURCE_REMOVE;
}

/* Takes @task. */
static void
start_stream (ShipOpencodeAgent *self, GInputStream *input, GTask *task)
{
  guint interval = CLAMP (self->silence_ms / 4, 10, 5000);

  self->link++;
  self->waiting = task;
  self->first_event_over = g_timeout_add (FIRST_EVENT_MS, first_event_over_cb, self);
  self->cancel_source = g_cancellable_source_new (self->connecting);
  g_source_set_callback (self->cancel_source, G_SOURCE_FUNC (wait_cancelled_cb), self, NULL);
  g_source_attach (self->cancel_source, g_main_context_get_thread_default ());

  self->stream = ship_event_stream_new (input, MAX_EVENT_SIZE);
  g_signal_connect_object (self->stream, "event", G_CALLBACK (stream_event_cb), self, 0);
  g_signal_connect_object (self->stream, "closed", G_CALLBACK (stream_closed_cb), self, 0);
  self->watchdog = g_timeout_add (interval, watchdog_cb, self);
  ship_event_stream_start (self->stream);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeAgent *self = g_task_get_source_object (task);
  GError            *error = NULL;
  g_autofree char   *version = NULL;
  g_autoptr (GInputStream) input = NULL;

  input =
    ship_opencode_connect_run_finish (SHIP_OPENCODE_CONNECT (object), result, &version, &error);
  if (input == NULL)
    {
      if (self->connecting == g_task_get_task_data (task))
        stop_connecting (self);
      g_task_return_error (task, error);
      return;
    }

  g_free (self->version);
  self->version = g_steal_pointer (&version);
  start_stream (self, input, g_steal_pointer (&task));
}

/* A connect can be ended by its caller and by a disconnect. */
static void
caller_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
ship_opencode_agent_connect_async (ShipAgent          *agent,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  ShipOpencodeAgent *self = SHIP_OPENCODE_AGENT (agent);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (ShipOpencodeConnect) connect = NULL;

  g_task_set_source_tag (task, ship_opencode_agent_connect_async);
  if (self->connecting != NULL)
    {
      g_task_return_new_error (task,
                               SHIP_AGENT_ERROR,
                               SHIP_AGENT_ERROR_BUSY,
                               "%s",
                               _ ("The agent is being connected already."));
      return;
    }

  drop_link (self);
  self->was_disconnected = FALSE;
  self->connecting = g_cancellable_new ();
  g_task_set_task_data (task, g_object_ref (self->connecting), g_object_unref);
  if (g_set_object (&self->caller, cancellable))
    self->caller_id = g_cancellable_connect (cancellable,
                                             G_CALLBACK (caller_cancelled_cb),
                                             g_object_ref (self->connecting),
                                             g_object_unref);
  connect = ship_opencode_connect_new (self->api, self->connect_ms);
  ship_opencode_connect_run_async (connect, self->connecting, opened_cb, g_steal_pointer (&task));
}

static gboolean
ship_opencode_agent_connect_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_opencode_agent_connect_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ship_opencode_agent_disconnect (ShipAgent *agent)
{
  ShipOpencodeAgent *self = SHIP_OPENCODE_AGENT (agent);

  self->was_disconnected = TRUE;
  if (self->waiting != NULL)
    end_connect (self, new_ended_error (self));
  if (self->connecting != NULL)
    g_cancellable_cancel (self->connecting);
  stop_connecting (self);
  drop_link (self);
}

/* What a reconcile is about. */
typedef struct
{
  char *session_id; /* (owned) */
  guint link;
} Reconcile;

static void
reconcile_free (gpointer data)
{
  Reconcile *reconcile = data;

  g_free (reconcile->session_id);
  g_free (reconcile);
}

static gboolean
is_linked (ShipOpencodeAgent *self, guint link)
{
  return self->is_connected && self->link == link;
}

/* A handler may end the link at any of them. */
static void
emit_all (ShipOpencodeAgent *self, guint link, GPtrArray *events)
{
  for (guint i = 0; i < events->len && is_linked (self, link); i++)
    tell (self, g_ptr_array_index (events, i));
}

/* Requests that were answered or withdrawn while nobody listened: they are not in the replay any
 * more. Told before it. */
static GPtrArray *
find_closed (ShipOpencodeAgent *self, GPtrArray *replay)
{
  GPtrArray     *closed = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_agent_event_unref);
  GHashTableIter iter;
  gpointer       id;

  g_hash_table_iter_init (&iter, self->asked);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      gboolean        is_open = FALSE;
      ShipAgentEvent *event;

      for (guint i = 0; i < replay->len && !is_open; i++)
        {
          event = g_ptr_array_index (replay, i);
          is_open = event->request != NULL && g_str_equal (event->request->id, id);
        }
      if (is_open)
        continue;
      event = ship_agent_event_new (SHIP_AGENT_EVENT_REQUEST_CLOSED, "request.gone");
      event->request_id = g_strdup (id);
      g_ptr_array_add (closed, event);
    }

  return closed;
}

static GPtrArray *
to_array (GQueue *held)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_agent_event_unref);

  for (GList *l = held->head; l != NULL; l = l->next)
    g_ptr_array_add (events, ship_agent_event_ref (l->data));

  return events;
}

static void
reconciled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipOpencodeAgent *self = g_task_get_source_object (task);
  Reconcile         *reconcile = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GPtrArray) merged = NULL;
  g_autoptr (GPtrArray) closed = NULL;
  GQueue *held;

  events = ship_opencode_reconcile_run_finish (SHIP_OPENCODE_RECONCILE (object), result, &error);
  if (!is_linked (self, reconcile->link))
    {
      g_task_return_error (task, new_ended_error (self));
      return;
    }

  held = g_steal_pointer (&self->held);
  merged =
    events != NULL ? ship_opencode_merge (reconcile->session_id, events, held) : to_array (held);
  free_held (held);
  if (events != NULL)
    {
      closed = find_closed (self, merged);
      emit_all (self, reconcile->link, closed);
    }
  emit_all (self, reconcile->link, merged);
  if (events == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (!is_linked (self, reconcile->link))
    g_task_return_error (task, new_ended_error (self));
  else
    g_task_return_boolean (task, TRUE);
}

static void
ship_opencode_agent_reconcile_async (ShipAgent          *agent,
                                     const char         *session_id,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data)
{
  ShipOpencodeAgent *self = SHIP_OPENCODE_AGENT (agent);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (ShipOpencodeReconcile) run = NULL;
  Reconcile *reconcile;

  g_task_set_source_tag (task, ship_opencode_agent_reconcile_async);
  if (!self->is_connected || self->held != NULL)
    {
      g_task_return_new_error (task,
                               SHIP_AGENT_ERROR,
                               self->is_connected ? SHIP_AGENT_ERROR_BUSY
                                                  : SHIP_AGENT_ERROR_NOT_READY,
                               "%s",
                               _ ("The agent cannot be asked for its state now."));
      return;
    }

  self->held = g_queue_new ();
  reconcile = g_new0 (Reconcile, 1);
  reconcile->session_id = g_strdup (session_id);
  reconcile->link = self->link;
  g_task_set_task_data (task, reconcile, reconcile_free);
  run = ship_opencode_reconcile_new (self->api, session_id);
  ship_opencode_reconcile_run_async (run, cancellable, reconciled_cb, g_steal_pointer (&task));
}

static gboolean
ship_opencode_agent_reconcile_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_opencode_agent_reconcile_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipOpencodeReply) reply =
    ship_opencode_api_call_finish (SHIP_OPENCODE_API (object), result, &error);

  if (reply == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Takes @task and @request: a request whose answer says nothing but that it was done. */
static void
call (GTask *task, ShipOpencodeRequest *request)
{
  g_autoptr (ShipOpencodeRequest) owned = request;
  ShipOpencodeAgent *self = g_task_get_source_object (task);

  ship_opencode_api_call_async (self->api,
                                "POST",
                                request->path,
                                request->body,
                                g_task_get_cancellable (task),
                                called_cb,
                                task);
}

static void
ship_opencode_agent_prompt_async (ShipAgent             *agent,
                                  const char            *session_id,
                                  const ShipAgentPrompt *prompt,
                                  GCancellable          *cancellable,
                                  GAsyncReadyCallback    callback,
                                  gpointer               user_data)
{
  GTask *task = g_task_new (agent, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_opencode_agent_prompt_async);
  call (task, ship_opencode_request_new_prompt (session_id, prompt));
}

static gboolean
ship_opencode_agent_prompt_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_opencode_agent_prompt_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ship_opencode_agent_abort_async (ShipAgent          *agent,
                                 const char         *session_id,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  GTask *task = g_task_new (agent, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_opencode_agent_abort_async);
  call (task, ship_opencode_request_new_abort (session_id));
}

static gboolean
ship_opencode_agent_abort_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_opencode_agent_abort_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ship_opencode_agent_answer_permission_async (ShipAgent          *agent,
                                             const char         *request_id,
                                             gboolean            allow,
                                             const char         *message,
                                             GCancellable       *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer            user_data)
{
  GTask *task = g_task_new (agent, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_opencode_agent_answer_permission_async);
  call (task, ship_opencode_request_new_permission_answer (request_id, allow, message));
}

static gboolean
ship_opencode_agent_answer_permission_finish (ShipAgent    *agent,
                                              GAsyncResult *result,
                                              GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), FALSE);
  g_return_val_if_fail (
    g_async_result_is_tagged (result, ship_opencode_agent_answer_permission_async),
    FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ship_opencode_agent_answer_question_async (ShipAgent          *agent,
                                           const char         *request_id,
                                           const char *const  *answers,
                                           GCancellable       *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer            user_data)
{
  GTask *task = g_task_new (agent, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_opencode_agent_answer_question_async);
  call (task, ship_opencode_request_new_question_answer (request_id, answers));
}

static gboolean
ship_opencode_agent_answer_question_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), FALSE);
  g_return_val_if_fail (
    g_async_result_is_tagged (result, ship_opencode_agent_answer_question_async),
    FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ship_opencode_agent_open_session_async (ShipAgent          *agent,
                                        const char         *session_id,
                                        const char         *title,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data)
{
  GTask *task = g_task_new (agent, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_opencode_agent_open_session_async);
  ship_opencode_session_open (SHIP_OPENCODE_AGENT (agent)->api, session_id, title, task);
}

static char *
ship_opencode_agent_open_session_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_opencode_agent_open_session_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gint64
ship_opencode_agent_get_last_activity (ShipAgent *agent)
{
  ShipOpencodeAgent *self = SHIP_OPENCODE_AGENT (agent);
  gint64 last = MAX (self->last_activity, ship_opencode_api_get_last_activity (self->api));

  if (self->stream != NULL)
    last = MAX (last, ship_event_stream_get_last_activity (self->stream));

  return last;
}

static const char *
ship_opencode_agent_get_version (ShipAgent *agent)
{
  return SHIP_OPENCODE_AGENT (agent)->version;
}

static void
ship_opencode_agent_dispose (GObject *object)
{
  ShipOpencodeAgent *self = SHIP_OPENCODE_AGENT (object);

  /* A connect under way holds a reference, so there is none. */
  drop_link (self);
  g_clear_object (&self->api);
  g_clear_pointer (&self->asked, g_hash_table_unref);
  g_clear_pointer (&self->version, g_free);

  G_OBJECT_CLASS (ship_opencode_agent_parent_class)->dispose (object);
}

static void
ship_opencode_agent_class_init (ShipOpencodeAgentClass *klass)
{
  ShipAgentClass *agent_class = SHIP_AGENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_opencode_agent_dispose;
  agent_class->connect_async = ship_opencode_agent_connect_async;
  agent_class->connect_finish = ship_opencode_agent_connect_finish;
  agent_class->disconnect = ship_opencode_agent_disconnect;
  agent_class->open_session_async = ship_opencode_agent_open_session_async;
  agent_class->open_session_finish = ship_opencode_agent_open_session_finish;
  agent_class->prompt_async = ship_opencode_agent_prompt_async;
  agent_class->prompt_finish = ship_opencode_agent_prompt_finish;
  agent_class->abort_async = ship_opencode_agent_abort_async;
  agent_class->abort_finish = ship_opencode_agent_abort_finish;
  agent_class->answer_permission_async = ship_opencode_agent_answer_permission_async;
  agent_class->answer_permission_finish = ship_opencode_agent_answer_permission_finish;
  agent_class->answer_question_async = ship_opencode_agent_answer_question_async;
  agent_class->answer_question_finish = ship_opencode_agent_answer_question_finish;
  ship_opencode_chat_fill_class (agent_class);
  agent_class->reconcile_async = ship_opencode_agent_reconcile_async;
  agent_class->reconcile_finish = ship_opencode_agent_reconcile_finish;
  agent_class->get_last_activity = ship_opencode_agent_get_last_activity;
  agent_class->get_version = ship_opencode_agent_get_version;
}

static void
ship_opencode_agent_init (ShipOpencodeAgent *self)
{
  self->connect_ms = CONNECT_MS;
  self->silence_ms = SILENCE_MS;
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

ShipAgent *
ship_opencode_agent_new (const char *socket_path, const char *password, const char *directory)
{
  ShipOpencodeAgent *self = g_object_new (SHIP_TYPE_OPENCODE_AGENT, NULL);

  self->api = ship_opencode_api_new (socket_path, password, directory);

  return SHIP_AGENT (self);
}

void
ship_opencode_agent_set_limits (ShipAgent *agent, guint connect_ms, guint silence_ms)
{
  ShipOpencodeAgent *self;

  g_return_if_fail (SHIP_IS_OPENCODE_AGENT (agent));

  self = SHIP_OPENCODE_AGENT (agent);
  self->connect_ms = connect_ms;
  self->silence_ms = silence_ms;
}
