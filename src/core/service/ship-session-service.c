/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/ship-session-service.h"

#include "service/ship-service-decisions-private.h"
#include "service/ship-terminals-private.h"
#include "session/ship-session-model.h"
#include "session/ship-session-send.h"
#include "session/ship-session-shelf.h"
#include "session/ship-session-warm.h"
#include "ship-session-dbus.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/*
 * Each method of the interface is one call on the session and one answer; a table connects them.
 * One skeleton is exported on every connection, so a signal reaches all clients at once.
 */

#define OBJECT_PATH "/dev/ship/Session"

struct _ShipSessionService
{
  GObject           parent_instance;
  ShipSession      *session;     /* (owned) */
  ShipDBusSession1 *skeleton;    /* (owned) */
  ShipTerminals    *terminals;   /* (owned) */
  GDBusServer      *server;      /* (owned) (nullable) */
  GPtrArray        *connections; /* (owned) (element-type GDBusConnection) */
  char             *path;        /* (owned) (nullable) */
  guint64           sequence;
};

typedef enum
{
  PROP_N_CLIENTS = 1,
} ShipSessionServiceProperty;

enum
{
  LEAVE,
  N_SIGNALS
};

static GParamSpec *properties[PROP_N_CLIENTS + 1];
static guint       signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipSessionService, ship_session_service, G_TYPE_OBJECT)

/* A method under way: whom to answer. */
typedef struct
{
  ShipSessionService    *self;       /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned) until answered */
} Call;

static Call *
call_new (ShipSessionService *self, GDBusMethodInvocation *invocation)
{
  Call *call = g_new0 (Call, 1);

  call->self = g_object_ref (self);
  call->invocation = g_object_ref (invocation);

  return call;
}

static void
call_free (Call *call)
{
  g_clear_object (&call->self);
  g_clear_object (&call->invocation);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  gint64 task = ship_session_submit_finish (SHIP_SESSION (object), result, &error);

  if (task < 0)
    ship_service_refuse (call->invocation, error);
  else
    ship_dbus_session1_complete_send (call->self->skeleton, call->invocation, task);
}

static gboolean
handle_send (ShipDBusSession1      *skeleton,
             GDBusMethodInvocation *invocation,
             const char            *text,
             GVariant              *options,
             ShipSessionService    *self)
{
  g_autoptr (GVariant) files =
    g_variant_lookup_value (options, "attachments", G_VARIANT_TYPE (SHIP_ATTACHMENTS_TYPE));
  g_autoptr (GPtrArray) attachments = NULL;
  g_autoptr (GError) error = NULL;
  ShipSubmission what = { 0 };

  g_variant_lookup (options, "mode", "&s", &what.mode);
  g_variant_lookup (options, "model", "&s", &what.model);
  g_variant_lookup (options, "variant", "&s", &what.variant);
  g_variant_lookup (options, "title", "&s", &what.title);
  g_variant_lookup (options, "source", "x", &what.source);
  g_variant_lookup (options, "steer", "b", &what.is_steering);
  g_variant_lookup (options, "task", "x", &what.waiting);
  if (files != NULL)
    {
      attachments = ship_attachments_new_from_variant (files, &error);
      if (attachments == NULL)
        {
          ship_service_refuse (invocation, error);
          return TRUE;
        }
      what.attachments = attachments;
    }
  ship_session_submit_async (self->session, text, &what, sent_cb, call_new (self, invocation));

  return TRUE;
}

static gboolean
handle_wake (ShipDBusSession1      *skeleton,
             GDBusMethodInvocation *invocation,
             ShipSessionService    *self)
{
  g_autoptr (GError) error = NULL;

  if (ship_session_wake (self->session, &error))
    ship_dbus_session1_complete_wake (skeleton, invocation);
  else
    ship_service_refuse (invocation, error);

  return TRUE;
}

static gboolean
handle_stop (ShipDBusSession1      *skeleton,
             GDBusMethodInvocation *invocation,
             ShipSessionService    *self)
{
  g_autoptr (GError) error = NULL;

  if (ship_session_stop (self->session, &error))
    ship_dbus_session1_complete_stop (skeleton, invocation);
  else
    ship_service_refuse (invocation, error);

  return TRUE;
}

/* The end of every command that answers with nothing. */
static void
commanded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;

  if (ship_session_command_finish (SHIP_SESSION (object), result, &error))
    g_dbus_method_invocation_return_value (call->invocation, NULL);
  else
    ship_service_refuse (call->invocation, error);
}

static gboolean
handle_resume (ShipDBusSession1      *skeleton,
               GDBusMethodInvocation *invocation,
               gboolean               again,
               ShipSessionService    *self)
{
  ship_session_resume_async (self->session, again, commanded_cb, call_new (self, invocation));
  return TRUE;
}

static gboolean
handle_discard (ShipDBusSession1      *skeleton,
                GDBusMethodInvocation *invocation,
                ShipSessionService    *self)
{
  ship_session_discard_async (self->session, commanded_cb, call_new (self, invocation));
  return TRUE;
}

static gboolean
handle_cancel_task (ShipDBusSession1      *skeleton,
                    GDBusMethodInvocation *invocation,
                    gint64                 task,
                    ShipSessionService    *self)
{
  ship_session_cancel_task_async (self->session, task, commanded_cb, call_new (self, invocation));
  return TRUE;
}

static gboolean
handle_restore_task (ShipDBusSession1      *skeleton,
                     GDBusMethodInvocation *invocation,
                     gint64                 task,
                     ShipSessionService    *self)
{
  ship_session_restore_task_async (self->session, task, commanded_cb, call_new (self, invocation));
  return TRUE;
}

static gboolean
handle_edit_task (ShipDBusSession1      *skeleton,
                  GDBusMethodInvocation *invocation,
                  gint64                 task,
                  const char            *text,
                  ShipSessionService    *self)
{
  ship_session_edit_task_async (self->session,
                                task,
                                text,
                                commanded_cb,
                                call_new (self, invocation));
  return TRUE;
}

static gboolean
handle_move_task (ShipDBusSession1      *skeleton,
                  GDBusMethodInvocation *invocation,
                  gint64                 task,
                  gint64                 before,
                  ShipSessionService    *self)
{
  ship_session_move_task_async (self->session,
                                task,
                                before,
                                commanded_cb,
                                call_new (self, invocation));
  return TRUE;
}

static gboolean
handle_set_model (ShipDBusSession1      *skeleton,
                  GDBusMethodInvocation *invocation,
                  const char            *model,
                  ShipSessionService    *self)
{
  ship_session_set_model_async (self->session, model, commanded_cb, call_new (self, invocation));
  return TRUE;
}

static gboolean
handle_set_variant (ShipDBusSession1      *skeleton,
                    GDBusMethodInvocation *invocation,
                    const char            *variant,
                    ShipSessionService    *self)
{
  ship_session_set_variant_async (self->session,
                                  variant,
                                  commanded_cb,
                                  call_new (self, invocation));
  return TRUE;
}

static gboolean
handle_set_mode (ShipDBusSession1      *skeleton,
                 GDBusMethodInvocation *invocation,
                 const char            *mode,
                 ShipSessionService    *self)
{
  ship_session_set_mode_async (self->session, mode, commanded_cb, call_new (self, invocation));
  return TRUE;
}

static gboolean
handle_set_title (ShipDBusSession1      *skeleton,
                  GDBusMethodInvocation *invocation,
                  const char            *title,
                  ShipSessionService    *self)
{
  ship_session_set_title_async (self->session, title, commanded_cb, call_new (self, invocation));
  return TRUE;
}

static gboolean
handle_set_branch (ShipDBusSession1      *skeleton,
                   GDBusMethodInvocation *invocation,
                   const char            *branch,
                   ShipSessionService    *self)
{
  ship_session_set_branch_async (self->session, branch, commanded_cb, call_new (self, invocation));
  return TRUE;
}

static gboolean
handle_set_archived (ShipDBusSession1      *skeleton,
                     GDBusMethodInvocation *invocation,
                     gboolean               archived,
                     ShipSessionService    *self)
{
  ship_session_set_archived_async (self->session,
                                   archived,
                                   commanded_cb,
                                   call_new (self, invocation));
  return TRUE;
}

static void
terminal_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GUnixFDList) list = NULL;
  int   master = -1;
  guint terminal = ship_terminals_open_finish (SHIP_TERMINALS (object), result, &master, &error);

  if (terminal == 0)
    {
      ship_service_refuse (call->invocation, error);
      return;
    }

  list = g_unix_fd_list_new_from_array (&master, 1); /* takes the descriptor */
  ship_dbus_session1_complete_open_terminal (call->self->skeleton,
                                             call->invocation,
                                             list,
                                             g_variant_new_handle (0),
                                             terminal);
}

static gboolean
handle_open_terminal (ShipDBusSession1      *skeleton,
                      GDBusMethodInvocation *invocation,
                      GUnixFDList           *fd_list,
                      guint16                rows,
                      guint16                columns,
                      ShipSessionService    *self)
{
  ShipSandbox *sandbox = ship_session_get_sandbox (self->session);

  if (sandbox == NULL)
    g_dbus_method_invocation_return_dbus_error (
      invocation,
      "dev.ship.Error.Conflict",
      _ ("The session is asleep: send it something first"));
  else
    ship_terminals_open_async (self->terminals,
                               sandbox,
                               rows,
                               columns,
                               terminal_cb,
                               call_new (self, invocation));

  return TRUE;
}

static gboolean
handle_resize_terminal (ShipDBusSession1      *skeleton,
                        GDBusMethodInvocation *invocation,
                        guint                  terminal,
                        guint16                rows,
                        guint16                columns,
                        ShipSessionService    *self)
{
  if (ship_terminals_resize (self->terminals, terminal, rows, columns))
    ship_dbus_session1_complete_resize_terminal (skeleton, invocation);
  else
    g_dbus_method_invocation_return_dbus_error (invocation,
                                                "dev.ship.Error.NotFound",
                                                _ ("There is no such terminal"));

  return TRUE;
}

static gboolean
handle_hibernate (ShipDBusSession1      *skeleton,
                  GDBusMethodInvocation *invocation,
                  ShipSessionService    *self)
{
  ShipSessionState state = ship_session_get_state (self->session);

  if (state == SHIP_SESSION_STATE_WAKING || ship_session_state_is_working (state))
    {
      g_dbus_method_invocation_return_dbus_error (invocation,
                                                  "dev.ship.Error.Conflict",
                                                  _ ("The session is working: stop it first"));
      return TRUE;
    }

  ship_dbus_session1_complete_hibernate (skeleton, invocation);
  g_signal_emit (self, signals[LEAVE], 0, FALSE);

  return TRUE;
}

static gboolean
handle_delete (ShipDBusSession1      *skeleton,
               GDBusMethodInvocation *invocation,
               ShipSessionService    *self)
{
  ship_dbus_session1_complete_delete (skeleton, invocation);
  g_signal_emit (self, signals[LEAVE], 0, TRUE);

  return TRUE;
}

/* --- what goes out --- */

static void
changed_cb (ShipSession *session, const char *table, gint64 row, ShipSessionService *self)
{
  ship_dbus_session1_emit_changed (self->skeleton, ++self->sequence, table, row);
}

static void
delta_cb (ShipSession        *session,
          gint64              part,
          guint64             offset,
          const char         *text,
          ShipSessionService *self)
{
  ship_dbus_session1_emit_delta (self->skeleton, ++self->sequence, part, offset, text);
}

static void
closed_cb (GDBusConnection    *connection,
           gboolean            remote_peer_vanished,
           GError             *error,
           ShipSessionService *self)
{
  if (g_dbus_interface_skeleton_has_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                                connection))
    g_dbus_interface_skeleton_unexport_from_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                                        connection);
  g_ptr_array_remove (self->connections, connection);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_CLIENTS]);
}

static gboolean
new_connection_cb (GDBusServer *server, GDBusConnection *connection, ShipSessionService *self)
{
  g_autoptr (GError) error = NULL;

  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                         connection,
                                         OBJECT_PATH,
                                         &error))
    {
      g_warning ("A client could not be served: %s", error->message);
      return FALSE;
    }

  g_ptr_array_add (self->connections, g_object_ref (connection));
  g_signal_connect_object (connection, "closed", G_CALLBACK (closed_cb), self, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_CLIENTS]);

  return TRUE;
}

/* --- the object --- */

static void
ship_session_service_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ShipSessionService *self = SHIP_SESSION_SERVICE (object);

  switch ((ShipSessionServiceProperty) prop_id)
    {
    case PROP_N_CLIENTS:
      g_value_set_uint (value, self->connections->len);
      break;
    }
}

static void
ship_session_service_dispose (GObject *object)
{
  ShipSessionService *self = SHIP_SESSION_SERVICE (object);

  ship_session_service_stop_listening (self);
  if (self->connections->len > 0)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->skeleton);
  g_clear_object (&self->terminals);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (ship_session_service_parent_class)->dispose (object);
}

static void
ship_session_service_finalize (GObject *object)
{
  ShipSessionService *self = SHIP_SESSION_SERVICE (object);

  g_ptr_array_unref (self->connections);
  g_free (self->path);

  G_OBJECT_CLASS (ship_session_service_parent_class)->finalize (object);
}

static void
ship_session_service_class_init (ShipSessionServiceClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ship_session_service_get_property;
  object_class->dispose = ship_session_service_dispose;
  object_class->finalize = ship_session_service_finalize;

  properties[PROP_N_CLIENTS] = g_param_spec_uint ("n-clients", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[LEAVE] = g_signal_new ("leave",
                                 SHIP_TYPE_SESSION_SERVICE,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 1,
                                 G_TYPE_BOOLEAN);
}

static void
ship_session_service_init (ShipSessionService *self)
{
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->terminals = ship_terminals_new ();
}

static void
connect_handlers (ShipSessionService *self)
{
  static const struct
  {
    const char *signal;
    GCallback   handler;
  } handlers[] = {
    { "handle-send", G_CALLBACK (handle_send) },
    { "handle-wake", G_CALLBACK (handle_wake) },
    { "handle-stop", G_CALLBACK (handle_stop) },
    { "handle-resume", G_CALLBACK (handle_resume) },
    { "handle-discard", G_CALLBACK (handle_discard) },
    { "handle-cancel-task", G_CALLBACK (handle_cancel_task) },
    { "handle-restore-task", G_CALLBACK (handle_restore_task) },
    { "handle-edit-task", G_CALLBACK (handle_edit_task) },
    { "handle-move-task", G_CALLBACK (handle_move_task) },
    { "handle-set-mode", G_CALLBACK (handle_set_mode) },
    { "handle-set-archived", G_CALLBACK (handle_set_archived) },
    { "handle-set-branch", G_CALLBACK (handle_set_branch) },
    { "handle-set-model", G_CALLBACK (handle_set_model) },
    { "handle-set-variant", G_CALLBACK (handle_set_variant) },
    { "handle-set-title", G_CALLBACK (handle_set_title) },
    { "handle-open-terminal", G_CALLBACK (handle_open_terminal) },
    { "handle-resize-terminal", G_CALLBACK (handle_resize_terminal) },
    { "handle-hibernate", G_CALLBACK (handle_hibernate) },
    { "handle-delete", G_CALLBACK (handle_delete) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->skeleton, handlers[i].signal, handlers[i].handler, self, 0);
  ship_service_connect_decisions (self->skeleton, self->session);
}

ShipSessionService *
ship_session_service_new (ShipSession *session)
{
  ShipSessionService *self = g_object_new (SHIP_TYPE_SESSION_SERVICE, NULL);

  self->session = g_object_ref (session);
  self->skeleton = ship_dbus_session1_skeleton_new ();
  ship_dbus_session1_set_version (self->skeleton, SHIP_VERSION);
  ship_dbus_session1_set_session_id (self->skeleton, ship_session_get_id (session));
  g_object_bind_property (session, "state", self->skeleton, "state", G_BINDING_SYNC_CREATE);
  g_object_bind_property (session, "detail", self->skeleton, "detail", G_BINDING_SYNC_CREATE);
  g_object_bind_property (session, "activity", self->skeleton, "activity", G_BINDING_SYNC_CREATE);
  g_object_bind_property (session, "retry-at", self->skeleton, "retry-at", G_BINDING_SYNC_CREATE);
  g_object_bind_property (session, "commands", self->skeleton, "commands", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (session, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (session, "delta", G_CALLBACK (delta_cb), self, 0);
  connect_handlers (self);

  return self;
}

gboolean
ship_session_service_listen (ShipSessionService *self, const char *path, GError **error)
{
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autofree char *escaped = g_dbus_address_escape_value (path);
  g_autofree char *address = g_strconcat ("unix:path=", escaped, NULL);

  g_return_val_if_fail (SHIP_IS_SESSION_SERVICE (self), FALSE);
  g_return_val_if_fail (self->server == NULL, FALSE);

  g_unlink (path);
  /* Synchronous by name only: it makes a socket and does not wait for anybody. */
  self->server = g_dbus_server_new_sync (address,
                                         G_DBUS_SERVER_FLAGS_AUTHENTICATION_REQUIRE_SAME_USER,
                                         guid,
                                         NULL,
                                         NULL,
                                         error);
  if (self->server == NULL)
    return FALSE;

  self->path = g_strdup (path);
  g_signal_connect_object (self->server, "new-connection", G_CALLBACK (new_connection_cb), self, 0);
  g_dbus_server_start (self->server);

  return TRUE;
}

void
ship_session_service_stop_listening (ShipSessionService *self)
{
  g_return_if_fail (SHIP_IS_SESSION_SERVICE (self));

  if (self->server == NULL)
    return;

  g_dbus_server_stop (self->server);
  g_clear_object (&self->server);
  g_unlink (self->path);
}

/* The last word to the clients, on its way: the task is held by each connection that is not closed
 * yet. */
static void
connection_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  guint n_open = GPOINTER_TO_UINT (g_task_get_task_data (task)) - 1;

  g_dbus_connection_close_finish (G_DBUS_CONNECTION (object), result, NULL);
  g_task_set_task_data (task, GUINT_TO_POINTER (n_open), NULL);
  if (n_open == 0)
    g_task_return_boolean (task, TRUE);
}

static void
flushed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GDBusConnection *connection = G_DBUS_CONNECTION (object);

  g_dbus_connection_flush_finish (connection, result, NULL);
  g_dbus_connection_close (connection, NULL, connection_closed_cb, user_data);
}

void
ship_session_service_close_async (ShipSessionService *self,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_SESSION_SERVICE (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_service_close_async);
  ship_session_service_stop_listening (self);
  if (self->connections->len == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* So that a client can tell a process that went to sleep from one that died. */
  ship_dbus_session1_set_state (self->skeleton, "hibernated");
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_task_set_task_data (task, GUINT_TO_POINTER (self->connections->len), NULL);
  for (guint i = 0; i < self->connections->len; i++)
    g_dbus_connection_flush (g_ptr_array_index (self->connections, i),
                             NULL,
                             flushed_cb,
                             g_object_ref (task));
}

gboolean
ship_session_service_close_finish (ShipSessionService *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_service_close_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

guint
ship_session_service_get_n_clients (ShipSessionService *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_SERVICE (self), 0);

  return self->connections->len;
}
