/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "sandbox/ship-sandbox-run.h"

/*
 * A Unix socket on the host that stands for a port inside. Owned by whoever talks to that port;
 * main thread. Accepts, and gives each accepted descriptor away whole: nothing is relayed here.
 */

struct _ShipSandboxPortSocket
{
  GObject parent_instance;

  ShipSandbox    *sandbox; /* (owned) */
  guint16         port;
  char           *path;    /* (owned) (nullable): set once it is ours to unlink */
  GSocketService *service; /* (owned) */
};

G_DEFINE_FINAL_TYPE (ShipSandboxPortSocket, ship_sandbox_port_socket, G_TYPE_OBJECT)

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  ShipSandboxPortSocket *self = SHIP_SANDBOX_PORT_SOCKET (user_data);
  GSocket               *socket = g_socket_connection_get_socket (connection);
  int                    fd = fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 0);
  g_autoptr (GError) error = NULL;

  /* Whoever connected sees the connection closed, as if nothing listened. */
  if (fd >= 0 && !ship_sandbox_attach_port (self->sandbox, self->port, fd, &error))
    g_debug ("Connection to port %u was not attached: %s", self->port, error->message);

  return TRUE;
}

static void
ship_sandbox_port_socket_dispose (GObject *object)
{
  ShipSandboxPortSocket *self = SHIP_SANDBOX_PORT_SOCKET (object);

  if (self->service != NULL)
    {
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
      g_signal_handlers_disconnect_by_data (self->service, self);
      g_clear_object (&self->service);
    }
  if (self->path != NULL)
    g_unlink (self->path);
  g_clear_pointer (&self->path, g_free);
  g_clear_object (&self->sandbox);

  G_OBJECT_CLASS (ship_sandbox_port_socket_parent_class)->dispose (object);
}

static void
ship_sandbox_port_socket_class_init (ShipSandboxPortSocketClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_sandbox_port_socket_dispose;
}

static void
ship_sandbox_port_socket_init (ShipSandboxPortSocket *self)
{
  self->service = g_socket_service_new ();
}

/* GLib would cut a path that is too long, and listen elsewhere. */
static gboolean
check_path (const char *path, GError **error)
{
  if (strlen (path) < sizeof ((struct sockaddr_un *) NULL)->sun_path)
    return TRUE;

  g_set_error (error,
               SHIP_SANDBOX_ERROR,
               SHIP_SANDBOX_ERROR_FAILED,
               _ ("The path of a socket is too long: %s"),
               path);
  return FALSE;
}

ShipSandboxPortSocket *
ship_sandbox_port_socket_new (ShipSandbox *sandbox, guint16 port, const char *path, GError **error)
{
  g_autoptr (ShipSandboxPortSocket) self = g_object_new (SHIP_TYPE_SANDBOX_PORT_SOCKET, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  g_return_val_if_fail (SHIP_IS_SANDBOX (sandbox), NULL);
  g_return_val_if_fail (port != 0, NULL);

  if (!check_path (path, error))
    return NULL;

  /* What a crashed predecessor left. */
  g_unlink (path);
  address = g_unix_socket_address_new (path);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service),
                                      address,
                                      G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_DEFAULT,
                                      NULL,
                                      NULL,
                                      error))
    return NULL;

  self->path = g_strdup (path);
  if (g_chmod (path, 0600) != 0)
    {
      g_set_error (error,
                   SHIP_SANDBOX_ERROR,
                   SHIP_SANDBOX_ERROR_FAILED,
                   _ ("A socket could not be made private: %s"),
                   g_strerror (errno));
      return NULL;
    }

  self->sandbox = g_object_ref (sandbox);
  self->port = port;
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);

  return g_steal_pointer (&self);
}
