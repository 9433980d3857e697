/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-peer.h"

#include <glib/gstdio.h>

#define ERROR_PREFIX "dev.ship.Error."

static gboolean
send_cb (FakePeer *self, GDBusMethodInvocation *invocation, const char *text, GVariant *options)
{
  const char *model = "";

  g_variant_lookup (options, "model", "&s", &model);
  g_string_append_printf (self->calls, "Send(%s,%s) ", text, model);
  if (self->is_closing)
    g_dbus_method_invocation_return_dbus_error (invocation,
                                                ERROR_PREFIX "Closing",
                                                "Just going to sleep");
  else if (*text == '\0')
    g_dbus_method_invocation_return_dbus_error (invocation,
                                                ERROR_PREFIX "Invalid",
                                                "An empty prompt says nothing");
  else
    ship_dbus_session1_complete_send (self->skeleton, invocation, 42);
  return TRUE;
}

static gboolean
stop_cb (FakePeer *self, GDBusMethodInvocation *invocation)
{
  g_string_append (self->calls, "Stop ");
  g_dbus_method_invocation_return_dbus_error (invocation, ERROR_PREFIX "Conflict", "Nothing runs");
  return TRUE;
}

static gboolean
cancel_cb (FakePeer *self, GDBusMethodInvocation *invocation, gint64 task)
{
  g_string_append_printf (self->calls, "CancelTask(%" G_GINT64_FORMAT ") ", task);
  if (task == 1)
    ship_dbus_session1_complete_cancel_task (self->skeleton, invocation);
  else
    g_dbus_method_invocation_return_dbus_error (invocation,
                                                ERROR_PREFIX "NotFound",
                                                "There is no such task");
  return TRUE;
}

static gboolean
hibernate_cb (FakePeer *self, GDBusMethodInvocation *invocation)
{
  g_string_append (self->calls, "Hibernate ");
  /* Nobody may find it any more once it has said that it ends. */
  g_dbus_server_stop (self->server);
  fake_peer_set_state (self, "hibernated", "");
  ship_dbus_session1_complete_hibernate (self->skeleton, invocation);
  if (self->hibernated != NULL)
    self->hibernated (self->user_data);
  return TRUE;
}

static gboolean
wake_cb (FakePeer *self, GDBusMethodInvocation *invocation)
{
  g_string_append (self->calls, "Wake ");
  ship_dbus_session1_complete_wake (self->skeleton, invocation);
  return TRUE;
}

static gboolean
delete_cb (FakePeer *self, GDBusMethodInvocation *invocation)
{
  g_string_append (self->calls, "Delete ");
  g_dbus_server_stop (self->server);
  ship_dbus_session1_complete_delete (self->skeleton, invocation);
  if (self->hibernated != NULL)
    self->hibernated (self->user_data);
  return TRUE;
}

static gboolean
adopt_cb (FakePeer *self, GDBusMethodInvocation *invocation, GVariant *options)
{
  if (self->adopt == NULL || !self->adopt (self->user_data, options))
    g_dbus_method_invocation_return_dbus_error (invocation,
                                                ERROR_PREFIX "Conflict",
                                                "It is claimed already");
  else
    ship_dbus_session1_complete_adopt (self->skeleton, invocation);
  return TRUE;
}

static gboolean
connected_cb (FakePeer *self, GDBusConnection *connection)
{
  g_ptr_array_add (self->connections, g_object_ref (connection));
  g_assert_true (g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                                   connection,
                                                   "/dev/ship/Session",
                                                   NULL));
  return TRUE;
}

FakePeer *
fake_peer_new (const char *socket, const char *id)
{
  FakePeer        *self = g_new0 (FakePeer, 1);
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autofree char *directory = g_path_get_dirname (socket);
  g_autofree char *escaped = g_dbus_address_escape_value (socket);
  g_autofree char *address = g_strconcat ("unix:path=", escaped, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_unlink (socket);
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->calls = g_string_new (NULL);
  self->skeleton = ship_dbus_session1_skeleton_new ();
  ship_dbus_session1_set_version (self->skeleton, "0");
  ship_dbus_session1_set_session_id (self->skeleton, id);
  fake_peer_set_state (self, "idle", "");
  ship_dbus_session1_set_activity (self->skeleton, "");
  g_signal_connect_swapped (self->skeleton, "handle-send", G_CALLBACK (send_cb), self);
  g_signal_connect_swapped (self->skeleton, "handle-stop", G_CALLBACK (stop_cb), self);
  g_signal_connect_swapped (self->skeleton, "handle-cancel-task", G_CALLBACK (cancel_cb), self);
  g_signal_connect_swapped (self->skeleton, "handle-hibernate", G_CALLBACK (hibernate_cb), self);

  g_signal_connect_swapped (self->skeleton, "handle-wake", G_CALLBACK (wake_cb), self);
  g_signal_connect_swapped (self->skeleton, "handle-delete", G_CALLBACK (delete_cb), self);
  g_signal_connect_swapped (self->skeleton, "handle-adopt", G_CALLBACK (adopt_cb), self);

  self->server =
    g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_NONE, guid, NULL, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (self->server, "new-connection", G_CALLBACK (connected_cb), self);
  g_dbus_server_start (self->server);
  return self;
}

void
fake_peer_set_state (FakePeer *self, const char *state, const char *detail)
{
  ship_dbus_session1_set_state (self->skeleton, state);
  ship_dbus_session1_set_detail (self->skeleton, detail);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->skeleton));
}

void
fake_peer_close (FakePeer *self)
{
  g_dbus_server_stop (self->server);
  for (guint i = 0; i < self->connections->len; i++)
    {
      GDBusConnection *connection = self->connections->pdata[i];

      g_dbus_connection_flush_sync (connection, NULL, NULL);
      g_dbus_connection_close_sync (connection, NULL, NULL);
    }
  g_ptr_array_set_size (self->connections, 0);
}

void
fake_peer_free (FakePeer *self)
{
  fake_peer_close (self);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_object_unref (self->skeleton);
  g_object_unref (self->server);
  g_ptr_array_unref (self->connections);
  g_string_free (self->calls, TRUE);
  g_free (self);
}
