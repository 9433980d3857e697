/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-client.h"

#include "base/ship-clock.h"
#include "client/ship-client-error-private.h"
#include "client/ship-session-connect-private.h"

#include <glib/gi18n-lib.h>

/*
 * One session from outside. Owned by whoever shows or commands it; main thread. It keeps no copy of
 * anything but the three words of state and the next try, which fall back to "asleep" the moment
 * the process is gone: a dead one is never shown as working.
 */

#define ASLEEP       "hibernated"
#define MAX_RETRY_MS (24 * 3600 * (gint64) 1000)

struct _ShipSessionClient
{
  GObject           parent_instance;
  ShipPaths        *paths;    /* (owned) */
  char             *id;       /* (owned) */
  ShipDBusSession1 *proxy;    /* (owned) (nullable): NULL unless connected */
  char             *state;    /* (owned) */
  char             *detail;   /* (owned) */
  char             *activity; /* (owned) */
  GStrv             commands; /* (owned): the agent's */
  gint64            retry_at; /* wall-clock milliseconds; 0: nothing is tried again */
  gint64            retry_by; /* the same on the monotonic clock, in microseconds */
  gboolean          is_connecting;
};

typedef enum
{
  PROP_STATE = 1,
  PROP_DETAIL,
  PROP_ACTIVITY,
  PROP_RETRY_AT,
  PROP_COMMANDS,
} ShipSessionClientProperty;

enum
{
  CHANGED,
  DELTA,
  CLOSED,
  N_SIGNALS
};

static GParamSpec *properties[PROP_COMMANDS + 1];
static guint       signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipSessionClient, ship_session_client, G_TYPE_OBJECT)

static void
set_word (ShipSessionClient        *self,
          char                    **field,
          const char               *value,
          ShipSessionClientProperty property)
{
  if (value == NULL)
    value = "";
  if (g_str_equal (*field, value))
    return;
  g_free (*field);
  *field = g_strdup (value);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* What is left is counted on the monotonic clock from here on: the other one may be set. */
static void
set_retry_at (ShipSessionClient *self, gint64 retry_at)
{
  gint64 now_ms = ship_clock_now_ms ();

  if (self->retry_at == retry_at)
    return;
  self->retry_at = retry_at;
  self->retry_by =
    g_get_monotonic_time () + ship_clock_left_ms (retry_at, now_ms, MAX_RETRY_MS) * 1000;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_AT]);
}

/* They stay when the process ends: the next one has the same. */
static void
set_commands (ShipSessionClient *self, const char *const *commands)
{
  static const char *const none[] = { NULL };

  if (commands == NULL)
    commands = none;
  if (g_strv_equal ((const char *const *) self->commands, commands))
    return;
  g_strfreev (self->commands);
  self->commands = g_strdupv ((GStrv) commands);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMMANDS]);
}

static void
set_words (ShipSessionClient *self,
           const char        *state,
           const char        *detail,
           const char        *activity,
           gint64             retry_at)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_word (self, &self->state, state, PROP_STATE);
  set_word (self, &self->detail, detail, PROP_DETAIL);
  set_word (self, &self->activity, activity, PROP_ACTIVITY);
  set_retry_at (self, retry_at);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
read_words (ShipSessionClient *self)
{
  /* A copy: while the change of a list is told, what the getter lends is the one that is gone. */
  g_auto (GStrv) commands = ship_dbus_session1_dup_commands (self->proxy);

  set_words (self,
             ship_dbus_session1_get_state (self->proxy),
             ship_dbus_session1_get_detail (self->proxy),
             ship_dbus_session1_get_activity (self->proxy),
             ship_dbus_session1_get_retry_at (self->proxy));
  set_commands (self, (const char *const *) commands);
}

static void
properties_changed_cb (ShipSessionClient *self)
{
  if (self->proxy != NULL)
    read_words (self);
}

static void
changed_cb (ShipSessionClient *self, guint64 sequence, const char *table, gint64 row)
{
  g_signal_emit (self, signals[CHANGED], 0, table, row);
}

static void
delta_cb (ShipSessionClient *self, guint64 sequence, gint64 part, guint64 offset, const char *text)
{
  g_signal_emit (self, signals[DELTA], 0, part, offset, text);
}

static void
closed_cb (ShipSessionClient *self, gboolean vanished, GError *reason, GDBusConnection *connection)
{
  g_autoptr (ShipDBusSession1) proxy = NULL;
  g_autoptr (GError) error = NULL;

  if (self->proxy == NULL || g_dbus_proxy_get_connection (G_DBUS_PROXY (self->proxy)) != connection)
    return;
  proxy = g_steal_pointer (&self->proxy);
  g_signal_handlers_disconnect_by_data (proxy, self);
  /* A process that means to end says so first. */
  if (!g_str_equal (self->state, ASLEEP))
    error = g_error_new_literal (SHIP_CLIENT_ERROR,
                                 SHIP_CLIENT_ERROR_GONE,
                                 _ ("The session's process ended unexpectedly"));
  set_words (self, ASLEEP, NULL, NULL, 0);
  g_signal_emit (self, signals[CLOSED], 0, error);
}

static void
ship_session_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ShipSessionClient *self = SHIP_SESSION_CLIENT (object);

  switch ((ShipSessionClientProperty) id)
    {
    case PROP_STATE:
      g_value_set_string (value, self->state);
      break;
    case PROP_DETAIL:
      g_value_set_string (value, self->detail);
      break;
    case PROP_ACTIVITY:
      g_value_set_string (value, self->activity);
      break;
    case PROP_RETRY_AT:
      g_value_set_int64 (value, self->retry_at);
      break;
    case PROP_COMMANDS:
      g_value_set_boxed (value, self->commands);
      break;
    }
}

static void
ship_session_client_dispose (GObject *object)
{
  ShipSessionClient *self = SHIP_SESSION_CLIENT (object);

  if (self->proxy != NULL)
    g_signal_handlers_disconnect_by_data (self->proxy, self);
  g_clear_object (&self->proxy);
  G_OBJECT_CLASS (ship_session_client_parent_class)->dispose (object);
}

static void
ship_session_client_finalize (GObject *object)
{
  ShipSessionClient *self = SHIP_SESSION_CLIENT (object);

  ship_paths_unref (self->paths);
  g_free (self->id);
  g_free (self->state);
  g_free (self->detail);
  g_free (self->activity);
  g_strfreev (self->commands);
  G_OBJECT_CLASS (ship_session_client_parent_class)->finalize (object);
}

static void
ship_session_client_class_init (ShipSessionClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType         type = G_TYPE_FROM_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ship_session_client_get_property;
  object_class->dispose = ship_session_client_dispose;
  object_class->finalize = ship_session_client_finalize;

  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, ASLEEP, flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, "", flags);
  properties[PROP_ACTIVITY] = g_param_spec_string ("activity", NULL, NULL, "", flags);
  properties[PROP_RETRY_AT] = g_param_spec_int64 ("retry-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_COMMANDS] = g_param_spec_boxed ("commands", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[CHANGED] = g_signal_new ("changed",
                                   type,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   2,
                                   G_TYPE_STRING,
                                   G_TYPE_INT64);
  signals[DELTA] = g_signal_new ("delta",
                                 type,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 3,
                                 G_TYPE_INT64,
                                 G_TYPE_UINT64,
                                 G_TYPE_STRING);
  signals[CLOSED] = g_signal_new ("closed",
                                  type,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_ERROR);
}

static void
ship_session_client_init (ShipSessionClient *self)
{
  self->state = g_strdup (ASLEEP);
  self->detail = g_strdup ("");
  self->activity = g_strdup ("");
  self->commands = g_new0 (char *, 1);
}

ShipSessionClient *
ship_session_client_new (ShipPaths *paths, const char *session_id)
{
  ShipSessionClient *self = g_object_new (SHIP_TYPE_SESSION_CLIENT, NULL);

  self->paths = ship_paths_ref (paths);
  self->id = g_strdup (session_id);
  return self;
}

static void
take_proxy (ShipSessionClient *self, ShipDBusSession1 *proxy)
{
  GDBusConnection *connection = g_dbus_proxy_get_connection (G_DBUS_PROXY (proxy));

  self->proxy = proxy;
  g_signal_connect_object (proxy,
                           "g-properties-changed",
                           G_CALLBACK (properties_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (proxy, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (proxy, "delta", G_CALLBACK (delta_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (connection, "closed", G_CALLBACK (closed_cb), self, G_CONNECT_SWAPPED);
  read_words (self);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ShipSessionClient *self = g_task_get_source_object (task);
  GError            *error = NULL;
  ShipDBusSession1  *proxy = ship_session_connect_finish (result, &error);

  self->is_connecting = FALSE;
  if (proxy == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  take_proxy (self, proxy);
  if (g_dbus_connection_is_closed (g_dbus_proxy_get_connection (G_DBUS_PROXY (proxy))))
    closed_cb (self, TRUE, NULL, g_dbus_proxy_get_connection (G_DBUS_PROXY (proxy)));
  g_task_return_boolean (task, TRUE);
}

void
ship_session_client_connect_async (ShipSessionClient  *self,
                                   gboolean            start,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_SESSION_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_session_client_connect_async);
  if (self->proxy != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (self->is_connecting)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, _ ("Already connecting"));
      return;
    }
  self->is_connecting = TRUE;
  ship_session_connect_async (self->paths,
                              self->id,
                              start,
                              cancellable,
                              connected_cb,
                              g_steal_pointer (&task));
}

gboolean
ship_session_client_connect_finish (ShipSessionClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_client_connect_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
ship_session_client_is_connected (ShipSessionClient *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_CLIENT (self), FALSE);

  return self->proxy != NULL;
}

const char *
ship_session_client_get_id (ShipSessionClient *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_CLIENT (self), NULL);

  return self->id;
}

const char *
ship_session_client_get_state (ShipSessionClient *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_CLIENT (self), NULL);

  return self->state;
}

const char *
ship_session_client_get_detail (ShipSessionClient *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_CLIENT (self), NULL);

  return self->detail;
}

const char *
ship_session_client_get_activity (ShipSessionClient *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_CLIENT (self), NULL);

  return self->activity;
}

const char *const *
ship_session_client_get_commands (ShipSessionClient *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_CLIENT (self), NULL);

  return (const char *const *) self->commands;
}

gint64
ship_session_client_get_retry_at (ShipSessionClient *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_CLIENT (self), 0);

  return self->retry_at;
}

guint
ship_session_client_get_retry_left (ShipSessionClient *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_CLIENT (self), 0);

  if (self->retry_at == 0)
    return 0;

  return (guint) ((MAX (self->retry_by - g_get_monotonic_time (), 0) + G_USEC_PER_SEC / 2) /
                  G_USEC_PER_SEC);
}

/* The proxy, or NULL after the task has been given its error. */
static GDBusProxy *
require_proxy (ShipSessionClient *self, GTask *task)
{
  if (self->proxy == NULL)
    g_task_return_new_error (task,
                             SHIP_CLIENT_ERROR,
                             SHIP_CLIENT_ERROR_GONE,
                             _ ("The session is asleep"));
  return self->proxy != NULL ? G_DBUS_PROXY (self->proxy) : NULL;
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gint64  row;

  if (!ship_dbus_session1_call_send_finish (SHIP_DBUS_SESSION1 (object), &row, result, &error))
    g_task_return_error (task, ship_client_error_from_call (error));
  else
    g_task_return_pointer (task, g_memdup2 (&row, sizeof row), g_free);
}

void
ship_session_client_send_async (ShipSessionClient  *self,
                                const char         *text,
                                GVariant           *options,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GVariant) owned = NULL;

  g_return_if_fail (SHIP_IS_SESSION_CLIENT (self));
  g_return_if_fail (text != NULL);

  owned = g_variant_ref_sink (options != NULL ? options : g_variant_new ("a{sv}", NULL));
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_session_client_send_async);
  if (require_proxy (self, task) == NULL)
    return;
  ship_dbus_session1_call_send (self->proxy,
                                text,
                                owned,
                                cancellable,
                                sent_cb,
                                g_steal_pointer (&task));
}

gint64
ship_session_client_send_finish (ShipSessionClient *self, GAsyncResult *result, GError **error)
{
  g_autofree gint64 *row = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_client_send_async), 0);

  row = g_task_propagate_pointer (G_TASK (result), error);
  return row != NULL ? *row : 0;
}

static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (object), result, &error);

  if (reply == NULL)
    g_task_return_error (task, ship_client_error_from_call (error));
  else
    g_task_return_boolean (task, TRUE);
}

void
ship_session_client_call_async (ShipSessionClient  *self,
                                const char         *method,
                                GVariant           *arguments,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GVariant) owned = NULL;
  GDBusProxy *proxy;

  g_return_if_fail (SHIP_IS_SESSION_CLIENT (self));
  g_return_if_fail (method != NULL);

  owned = g_variant_ref_sink (arguments != NULL ? arguments : g_variant_new ("()"));
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_session_client_call_async);
  proxy = require_proxy (self, task);
  if (proxy == NULL)
    return;
  g_dbus_proxy_call (proxy,
                     method,
                     owned,
                     G_DBUS_CALL_FLAGS_NONE,
                     -1,
                     cancellable,
                     called_cb,
                     g_steal_pointer (&task));
}

gboolean
ship_session_client_call_finish (ShipSessionClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_client_call_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
