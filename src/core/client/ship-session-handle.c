/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-handle.h"

/*
 * Calls wait in @calls until there is a process: connect, at first without starting one; a
 * sleeping one is started if something waits by then. All of them go out or fail together.
 */

#define SNAPSHOT_DELAY_MS 50
#define ASLEEP            "hibernated"

struct _ShipSessionHandle
{
  GObject              parent_instance;
  ShipPaths           *paths;       /* (owned) */
  char                *id;          /* (owned) */
  ShipSessionClient   *client;      /* (owned) */
  ShipSessionItem     *item;        /* (owned) (nullable) */
  ShipSessionSnapshot *snapshot;    /* (owned) (nullable) */
  GCancellable        *cancellable; /* (owned): of readings and connecting, not of calls */
  GPtrArray           *calls;       /* (owned) (element-type GTask): until there is a process */
  guint                snapshot_timer;
  gboolean             is_reading;
  gboolean             is_stale; /* it changed while it was read */
  gboolean             is_connecting;
  gboolean             is_starting; /* the process too, if there is none */
};

typedef enum
{
  PROP_STATE = 1,
  PROP_DETAIL,
  PROP_ACTIVITY,
  PROP_IS_LIVE,
  PROP_SNAPSHOT,
} ShipSessionHandleProperty;

static GParamSpec *properties[PROP_SNAPSHOT + 1];

enum
{
  TROUBLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipSessionHandle, ship_session_handle, G_TYPE_OBJECT)

static void
tell_trouble (ShipSessionHandle *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[TROUBLE], 0, error);
}

/* Any of the words may come from another place now. */
static void
notify_state (ShipSessionHandle *self)
{
  for (guint i = PROP_STATE; i <= PROP_IS_LIVE; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

/* --- what it holds --- */

static void read_snapshot (ShipSessionHandle *self);

static void
snapshot_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSessionHandle) self = SHIP_SESSION_HANDLE (user_data);
  g_autoptr (GError) error = NULL;
  ShipSessionSnapshot *snapshot = ship_session_snapshot_load_finish (result, &error);

  self->is_reading = FALSE;
  if (snapshot == NULL)
    {
      tell_trouble (self, error);
      return;
    }
  ship_session_snapshot_free (self->snapshot);
  self->snapshot = snapshot;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SNAPSHOT]);
  if (self->is_stale)
    read_snapshot (self);
}

static gboolean
snapshot_due_cb (gpointer user_data)
{
  ShipSessionHandle *self = user_data;

  self->snapshot_timer = 0;
  self->is_stale = FALSE;
  self->is_reading = TRUE;
  ship_session_snapshot_load_async (self->paths,
                                    self->id,
                                    self->cancellable,
                                    snapshot_cb,
                                    g_object_ref (self));

  return G_SOURCE_REMOVE;
}

/* One reading at a time, and one for many changes. */
static void
read_snapshot (ShipSessionHandle *self)
{
  if (self->is_reading)
    self->is_stale = TRUE;
  else if (self->snapshot_timer == 0)
    self->snapshot_timer = g_timeout_add (SNAPSHOT_DELAY_MS, snapshot_due_cb, self);
}

/* Messages and parts are the transcript's. */
static gboolean
is_in_snapshot (const char *table)
{
  const char *const tables[] = { "session", "task",    "request", "todo",   "exchange",
                                 "rule",    "contact", "egress",  "limits", NULL };

  return g_strv_contains (tables, table);
}

static void
changed_cb (ShipSessionClient *client, const char *table, gint64 row, ShipSessionHandle *self)
{
  if (is_in_snapshot (table))
    read_snapshot (self);
}

/* --- its process --- */

typedef struct
{
  char     *method;    /* (owned) (nullable): NULL is Send */
  char     *text;      /* (owned) (nullable): of a prompt */
  GVariant *arguments; /* (owned) (nullable) */
} Call;

static void
call_free (Call *call)
{
  g_free (call->method);
  g_free (call->text);
  g_clear_pointer (&call->arguments, g_variant_unref);
  g_free (call);
}

static void connect_client (ShipSessionHandle *self, gboolean start);

/* A process that is about to end takes no call; the next one does. @error: (transfer full) (inout):
 * NULL when the call waits for that. */
static void
wait_for_next (GTask *task, GError **error)
{
  ShipSessionHandle *self = g_task_get_source_object (task);

  if (!g_error_matches (*error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_CLOSING))
    return;
  g_clear_error (error);
  g_ptr_array_add (self->calls, g_object_ref (task));
  if (!ship_session_client_is_connected (self->client)) /* else when it has gone */
    connect_client (self, TRUE);
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (ship_session_client_call_finish (SHIP_SESSION_CLIENT (object), result, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  wait_for_next (task, &error);
  if (error != NULL)
    g_task_return_error (task, error);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  gint64  id = ship_session_client_send_finish (SHIP_SESSION_CLIENT (object), result, &error);

  if (error == NULL)
    {
      g_task_return_int (task, id);
      return;
    }
  wait_for_next (task, &error);
  if (error != NULL)
    g_task_return_error (task, error);
}

/* @task: (transfer full) */
static void
make_call (ShipSessionHandle *self, GTask *task)
{
  Call *call = g_task_get_task_data (task);

  if (call->method == NULL)
    ship_session_client_send_async (self->client,
                                    call->text,
                                    call->arguments,
                                    g_task_get_cancellable (task),
                                    sent_cb,
                                    task);
  else
    ship_session_client_call_async (self->client,
                                    call->method,
                                    call->arguments,
                                    g_task_get_cancellable (task),
                                    called_cb,
                                    task);
}

/* What waited for the process goes out, or fails with it. */
static void
settle_calls (ShipSessionHandle *self, const GError *error)
{
  g_autoptr (GPtrArray) calls = g_steal_pointer (&self->calls);

  self->calls = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < calls->len; i++)
    {
      if (error == NULL)
        make_call (self, g_object_ref (calls->pdata[i]));
      else
        g_task_return_error (calls->pdata[i], g_error_copy (error));
    }
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSessionHandle) self = SHIP_SESSION_HANDLE (user_data);
  g_autoptr (GError) error = NULL;
  gboolean is_asleep;

  self->is_connecting = FALSE;
  ship_session_client_connect_finish (self->client, result, &error);
  is_asleep =
    !self->is_starting && g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE);
  if (is_asleep && self->calls->len > 0)
    {
      connect_client (self, TRUE);
      return;
    }

  if (self->calls->len > 0)
    settle_calls (self, error);
  else if (error != NULL && !is_asleep) /* asleep, there is just nobody to listen to */
    tell_trouble (self, error);
  notify_state (self);
  read_snapshot (self);
}

static void
connect_client (ShipSessionHandle *self, gboolean start)
{
  if (self->is_connecting)
    return;

  self->is_connecting = TRUE;
  self->is_starting = start;
  ship_session_client_connect_async (self->client,
                                     start,
                                     self->cancellable,
                                     connected_cb,
                                     g_object_ref (self));
}

static void
listen_if_awake (ShipSessionHandle *self)
{
  if (!ship_session_client_is_connected (self->client))
    connect_client (self, FALSE);
}

static void
state_cb (ShipSessionClient *client, GParamSpec *pspec, ShipSessionHandle *self)
{
  notify_state (self);
}

static void
closed_cb (ShipSessionClient *client, const GError *error, ShipSessionHandle *self)
{
  if (error != NULL)
    tell_trouble (self, error);
  notify_state (self);
  read_snapshot (self);
  if (self->calls->len > 0)
    connect_client (self, TRUE);
}

/* @arguments: (nullable): floating references are taken */
static void
make_task (ShipSessionHandle  *self,
           const char         *method,
           const char         *text,
           GVariant           *arguments,
           GCancellable       *cancellable,
           GAsyncReadyCallback callback,
           gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->method = g_strdup (method);
  call->text = g_strdup (text);
  call->arguments = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;
  g_task_set_source_tag (task, make_task);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  if (ship_session_client_is_connected (self->client))
    {
      make_call (self, g_steal_pointer (&task));
      return;
    }
  g_ptr_array_add (self->calls, g_steal_pointer (&task));
  connect_client (self, TRUE);
}

/* --- the object --- */

static void
ship_session_handle_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ShipSessionHandle *self = SHIP_SESSION_HANDLE (object);

  switch ((ShipSessionHandleProperty) id)
    {
    case PROP_STATE:
      g_value_set_string (value, ship_session_handle_get_state (self));
      break;
    case PROP_DETAIL:
      g_value_set_string (value, ship_session_handle_get_detail (self));
      break;
    case PROP_ACTIVITY:
      g_value_set_string (value, ship_session_handle_get_activity (self));
      break;
    case PROP_IS_LIVE:
      g_value_set_boolean (value, ship_session_handle_is_live (self));
      break;
    case PROP_SNAPSHOT:
      g_value_set_pointer (value, self->snapshot);
      break;
    }
}

static void
ship_session_handle_dispose (GObject *object)
{
  ShipSessionHandle *self = SHIP_SESSION_HANDLE (object);

  g_clear_handle_id (&self->snapshot_timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  ship_session_handle_set_item (self, NULL);

  G_OBJECT_CLASS (ship_session_handle_parent_class)->dispose (object);
}

static void
ship_session_handle_finalize (GObject *object)
{
  ShipSessionHandle *self = SHIP_SESSION_HANDLE (object);

  g_clear_object (&self->client);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->calls); /* each holds the handle: none is left */
  ship_session_snapshot_free (self->snapshot);
  g_clear_pointer (&self->paths, ship_paths_unref);
  g_free (self->id);

  G_OBJECT_CLASS (ship_session_handle_parent_class)->finalize (object);
}

static void
ship_session_handle_class_init (ShipSessionHandleClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ship_session_handle_get_property;
  object_class->dispose = ship_session_handle_dispose;
  object_class->finalize = ship_session_handle_finalize;

  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  properties[PROP_ACTIVITY] = g_param_spec_string ("activity", NULL, NULL, NULL, flags);
  properties[PROP_IS_LIVE] = g_param_spec_boolean ("is-live", NULL, NULL, FALSE, flags);
  properties[PROP_SNAPSHOT] = g_param_spec_pointer ("snapshot", NULL, NULL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  signals[TROUBLE] = g_signal_new ("trouble",
                                   SHIP_TYPE_SESSION_HANDLE,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
ship_session_handle_init (ShipSessionHandle *self)
{
  self->cancellable = g_cancellable_new ();
  self->calls = g_ptr_array_new_with_free_func (g_object_unref);
}

ShipSessionHandle *
ship_session_handle_new (ShipPaths *paths, const char *session_id)
{
  ShipSessionHandle *self = g_object_new (SHIP_TYPE_SESSION_HANDLE, NULL);

  self->paths = ship_paths_ref (paths);
  self->id = g_strdup (session_id);
  self->client = ship_session_client_new (paths, session_id);
  g_signal_connect_object (self->client, "notify", G_CALLBACK (state_cb), self, 0);
  g_signal_connect_object (self->client, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (self->client, "closed", G_CALLBACK (closed_cb), self, 0);
  listen_if_awake (self);

  return self;
}

const char *
ship_session_handle_get_id (ShipSessionHandle *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_HANDLE (self), NULL);

  return self->id;
}

ShipSessionClient *
ship_session_handle_get_client (ShipSessionHandle *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_HANDLE (self), NULL);

  return self->client;
}

static const ShipIndexRow *
get_row (ShipSessionHandle *self)
{
  return self->item != NULL ? ship_session_item_get_row (self->item) : NULL;
}

const char *
ship_session_handle_get_state (ShipSessionHandle *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_HANDLE (self), NULL);

  if (ship_session_client_is_connected (self->client))
    return ship_session_client_get_state (self->client);
  return get_row (self) != NULL ? get_row (self)->state : ASLEEP;
}

const char *
ship_session_handle_get_detail (ShipSessionHandle *self)
{
  const char *detail = NULL;

  g_return_val_if_fail (SHIP_IS_SESSION_HANDLE (self), NULL);

  if (ship_session_client_is_connected (self->client))
    detail = ship_session_client_get_detail (self->client);
  else if (get_row (self) != NULL)
    detail = get_row (self)->detail;

  return detail != NULL ? detail : "";
}

const char *
ship_session_handle_get_activity (ShipSessionHandle *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_HANDLE (self), NULL);

  return ship_session_client_is_connected (self->client)
           ? ship_session_client_get_activity (self->client)
           : "";
}

gboolean
ship_session_handle_is_live (ShipSessionHandle *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_HANDLE (self), FALSE);

  return ship_session_client_is_connected (self->client);
}

gboolean
ship_session_handle_is_working (ShipSessionHandle *self)
{
  const char *const working[] = { "waking", "running", "waiting", "retrying", NULL };

  g_return_val_if_fail (SHIP_IS_SESSION_HANDLE (self), FALSE);

  return ship_session_client_is_connected (self->client) &&
         g_strv_contains (working, ship_session_client_get_state (self->client));
}

/* Somebody else may have woken it. */
static void
item_changed_cb (ShipSessionItem *item, GParamSpec *pspec, ShipSessionHandle *self)
{
  if (!g_str_equal (ship_session_item_get_row (item)->state, ASLEEP))
    listen_if_awake (self);
  notify_state (self);
}

void
ship_session_handle_set_item (ShipSessionHandle *self, ShipSessionItem *item)
{
  g_return_if_fail (SHIP_IS_SESSION_HANDLE (self));

  if (self->item == item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;

  g_signal_connect_object (item, "notify", G_CALLBACK (item_changed_cb), self, 0);
  notify_state (self);
}

ShipSessionItem *
ship_session_handle_get_item (ShipSessionHandle *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_HANDLE (self), NULL);

  return self->item;
}

const ShipSessionSnapshot *
ship_session_handle_get_snapshot (ShipSessionHandle *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_HANDLE (self), NULL);

  return self->snapshot;
}

void
ship_session_handle_send_async (ShipSessionHandle  *self,
                                const char         *text,
                                GVariant           *options,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_SESSION_HANDLE (self));
  g_return_if_fail (text != NULL);

  make_task (self, NULL, text, options, cancellable, callback, user_data);
}

gint64
ship_session_handle_send_finish (ShipSessionHandle *self, GAsyncResult *result, GError **error)
{
  gint64 task;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, make_task), 0);

  task = g_task_propagate_int (G_TASK (result), error);
  return MAX (task, 0); /* -1 when it failed */
}

void
ship_session_handle_call_async (ShipSessionHandle  *self,
                                const char         *method,
                                GVariant           *arguments,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_SESSION_HANDLE (self));
  g_return_if_fail (method != NULL);

  make_task (self, method, NULL, arguments, cancellable, callback, user_data);
}

gboolean
ship_session_handle_call_finish (ShipSessionHandle *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, make_task), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
