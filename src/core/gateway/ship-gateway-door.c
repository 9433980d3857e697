/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-gateway-door-private.h"

#include <errno.h>
#include <gio/gunixfdmessage.h>
#include <glib/gi18n-lib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "egress/ship-egress-authority.h"
#include "egress/ship-egress-protocol.h"
#include "process/ship-process.h"

/*
 * Starts ship-egress, waits until it says that it is confined, and hands it a fresh stream whenever
 * it asks for one. Owned by the gateway; main thread.
 *
 *   start_async -> ready_cb (channel) -> return
 *               `> exited_cb          -> return an error
 *
 * ship-egress is trusted with little: what comes over the channel is checked again, and it cannot
 * ask for more streams at once than it may have connections.
 */

/* ship-egress may ask for one more before the end of another is seen here. */
#define MAX_STREAMS (2 * SHIP_EGRESS_MAX_CONNECTIONS)

struct _ShipGatewayDoor
{
  GObject parent_instance;

  ShipProcess  *process;        /* (owned) (nullable): while running */
  GSocket      *channel;        /* (owned) (nullable): while running */
  GSource      *channel_source; /* (owned) (nullable) */
  GCancellable *cancellable;    /* (owned): ends the wait for the process */
  GTask        *start;          /* (owned) (nullable): while it starts */
  GSource      *cancel_source;  /* (owned) (nullable): while it starts */
  int           connections_fd; /* (owned): until start_finish(), else -1 */
  guint         n_streams;
};

enum
{
  SIGNAL_STREAM,
  SIGNAL_DIAL,
  SIGNAL_ENDED,
  SIGNAL_MORE,
  SIGNAL_FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipGatewayDoor, ship_gateway_door, G_TYPE_OBJECT)

static void
ship_gateway_door_dispose (GObject *object)
{
  ShipGatewayDoor *self = SHIP_GATEWAY_DOOR (object);

  ship_gateway_door_stop (self);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (ship_gateway_door_parent_class)->dispose (object);
}

static void
ship_gateway_door_class_init (ShipGatewayDoorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_gateway_door_dispose;

  signals[SIGNAL_STREAM] = g_signal_new ("stream",
                                         SHIP_TYPE_GATEWAY_DOOR,
                                         G_SIGNAL_RUN_LAST,
                                         0,
                                         NULL,
                                         NULL,
                                         NULL,
                                         G_TYPE_NONE,
                                         1,
                                         G_TYPE_SOCKET_CONNECTION);
  signals[SIGNAL_DIAL] = g_signal_new ("dial",
                                       SHIP_TYPE_GATEWAY_DOOR,
                                       G_SIGNAL_RUN_LAST,
                                       0,
                                       NULL,
                                       NULL,
                                       NULL,
                                       G_TYPE_NONE,
                                       3,
                                       G_TYPE_UINT,
                                       G_TYPE_STRING,
                                       G_TYPE_UINT);
  signals[SIGNAL_ENDED] = g_signal_new ("ended",
                                        SHIP_TYPE_GATEWAY_DOOR,
                                        G_SIGNAL_RUN_LAST,
                                        0,
                                        NULL,
                                        NULL,
                                        NULL,
                                        G_TYPE_NONE,
                                        4,
                                        G_TYPE_UINT,
                                        G_TYPE_UINT,
                                        G_TYPE_UINT64,
                                        G_TYPE_UINT64);
  signals[SIGNAL_MORE] = g_signal_new ("more",
                                       SHIP_TYPE_GATEWAY_DOOR,
                                       G_SIGNAL_RUN_LAST,
                                       0,
                                       NULL,
                                       NULL,
                                       NULL,
                                       G_TYPE_NONE,
                                       2,
                                       G_TYPE_UINT,
                                       G_TYPE_UINT);
  signals[SIGNAL_FAILED] = g_signal_new ("failed",
                                         SHIP_TYPE_GATEWAY_DOOR,
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
ship_gateway_door_init (ShipGatewayDoor *self)
{
  self->cancellable = g_cancellable_new ();
  self->connections_fd = -1;
}

ShipGatewayDoor *
ship_gateway_door_new (void)
{
  return g_object_new (SHIP_TYPE_GATEWAY_DOOR, NULL);
}

/* @code: that of a closed connection where the same once more may go well */
static void
fail (ShipGatewayDoor *self, GIOErrorEnum code, const char *sentence)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, (int) code, sentence);
  g_autoptr (GTask) start = g_steal_pointer (&self->start);
  g_autoptr (ShipGatewayDoor) guard = g_object_ref (self);

  ship_gateway_door_stop (self);
  if (start != NULL)
    g_task_return_error (start, g_steal_pointer (&error));
  else
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static void
stream_gone_cb (gpointer user_data, GObject *where_the_stream_was)
{
  ShipGatewayDoor *self = user_data;

  self->n_streams--;
  g_object_unref (self);
}

/* @fd: (transfer none): -1 for none */
static gboolean
send_message (ShipGatewayDoor *self, gconstpointer bytes, gsize size, int fd)
{
  GOutputVector          data = { bytes, size };
  GSocketControlMessage *message = fd >= 0 ? g_unix_fd_message_new () : NULL;
  gssize                 n = -1;

  if (fd < 0 || g_unix_fd_message_append_fd (G_UNIX_FD_MESSAGE (message), fd, NULL))
    n = g_socket_send_message (self->channel,
                               NULL,
                               &data,
                               1,
                               &message,
                               message != NULL,
                               G_SOCKET_MSG_NONE,
                               NULL,
                               NULL);
  g_clear_object (&message);
  return n == (gssize) size;
}

static gboolean
send_stream (ShipGatewayDoor *self, int fd)
{
  const char byte = SHIP_EGRESS_MESSAGE_STREAM;

  return send_message (self, &byte, 1, fd);
}

void
ship_gateway_door_answer (ShipGatewayDoor *self, const ShipEgressDialed *answer, int fd)
{
  g_return_if_fail (SHIP_IS_GATEWAY_DOOR (self));

  if (self->channel != NULL && !send_message (self, answer, sizeof *answer, fd))
    fail (self, G_IO_ERROR_FAILED, _ ("The sandbox's way out cannot be served any more."));
  if (fd >= 0)
    close (fd);
}

void
ship_gateway_door_allow (ShipGatewayDoor *self, const ShipEgressMore *answer)
{
  g_return_if_fail (SHIP_IS_GATEWAY_DOOR (self));

  if (self->channel != NULL && !send_message (self, answer, sizeof *answer, -1))
    fail (self, G_IO_ERROR_FAILED, _ ("The sandbox's way out cannot be served any more."));
}

static void
hand_out_stream (ShipGatewayDoor *self)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  gboolean is_sent;
  int      pair[2];

  if (self->n_streams >= MAX_STREAMS)
    {
      fail (self,
            G_IO_ERROR_FAILED,
            _ ("The sandbox's way out asked for too many connections and was closed."));
      return;
    }
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    {
      fail (self,
            G_IO_ERROR_FAILED,
            _ ("Ship has no descriptors left for the sandbox's connections."));
      return;
    }
  is_sent = send_stream (self, pair[1]);
  close (pair[1]);
  socket = g_socket_new_from_fd (pair[0], NULL);
  if (socket == NULL)
    close (pair[0]);
  if (!is_sent || socket == NULL)
    {
      fail (self, G_IO_ERROR_FAILED, _ ("The sandbox's way out cannot be served any more."));
      return;
    }

  stream = g_socket_connection_factory_create_connection (socket);
  self->n_streams++;
  g_object_weak_ref (G_OBJECT (stream), stream_gone_cb, g_object_ref (self));
  g_signal_emit (self, signals[SIGNAL_STREAM], 0, stream);
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
become_ready (ShipGatewayDoor *self)
{
  g_autoptr (GTask) start = NULL;

  if (self->start == NULL)
    fail (self,
          G_IO_ERROR_FAILED,
          _ ("The sandbox's way out does not keep to its protocol and was closed."));
  else if (g_cancellable_is_cancelled (g_task_get_cancellable (self->start)))
    ship_gateway_door_stop (self);
  else
    {
      clear_source (&self->cancel_source);
      start = g_steal_pointer (&self->start);
      g_task_return_int (start, g_steal_fd (&self->connections_fd));
    }
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  ship_gateway_door_stop (user_data);
  return G_SOURCE_REMOVE;
}

/* FALSE: it is not as it should be. */
static gboolean
take_dial (ShipGatewayDoor *self, const ShipEgressDial *dial)
{
  char host[SHIP_EGRESS_HOST_LIMIT + 1];

  if (dial->id == 0 || dial->port == 0 || memchr (dial->host, '\0', sizeof dial->host) == NULL ||
      !ship_egress_host_parse (dial->host, strlen (dial->host), host))
    return FALSE;
  g_signal_emit (self, signals[SIGNAL_DIAL], 0, dial->id, host, (guint) dial->port);
  return TRUE;
}

/* FALSE: it is none. */
static gboolean
take_message (ShipGatewayDoor *self, const char *bytes, gsize size)
{
  gboolean is_started = self->start == NULL;

  if (size == 1 && bytes[0] == SHIP_EGRESS_MESSAGE_READY)
    {
      become_ready (self);
      return TRUE;
    }
  if (size == 1 && bytes[0] == SHIP_EGRESS_MESSAGE_STREAM && is_started)
    {
      hand_out_stream (self);
      return TRUE;
    }
  if (size == sizeof (ShipEgressDial) && bytes[0] == SHIP_EGRESS_MESSAGE_DIAL && is_started)
    return take_dial (self, (const ShipEgressDial *) (gconstpointer) bytes);
  if (size == sizeof (ShipEgressMore) && bytes[0] == SHIP_EGRESS_MESSAGE_MORE && is_started)
    {
      const ShipEgressMore *more = (gconstpointer) bytes;

      if (more->way >= SHIP_EGRESS_N_WAYS)
        return FALSE;
      g_signal_emit (self, signals[SIGNAL_MORE], 0, more->id, (guint) more->way);
      return TRUE;
    }
  if (size == sizeof (ShipEgressEnded) && bytes[0] == SHIP_EGRESS_MESSAGE_ENDED && is_started)
    {
      const ShipEgressEnded *ended = (gconstpointer) bytes;

      g_signal_emit (self,
                     signals[SIGNAL_ENDED],
                     0,
                     ended->id,
                     (guint) ended->end,
                     ended->n_up,
                     ended->n_down);
      return TRUE;
    }
  return FALSE;
}

static gboolean
channel_cb (GSocket *channel, GIOCondition condition, gpointer user_data)
{
  ShipGatewayDoor *self = user_data;
  g_autoptr (GError) error = NULL;
  union
  {
    ShipEgressDial  dial;
    ShipEgressEnded ended;
    char            bytes[sizeof (ShipEgressDial) + 1]; /* one more than any message has */
  } message;
  gssize n = g_socket_receive (channel, message.bytes, sizeof message.bytes, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  if (n <= 0)
    fail (self, G_IO_ERROR_CONNECTION_CLOSED, _ ("The sandbox's way out has ended unexpectedly."));
  else if (!take_message (self, message.bytes, (gsize) n))
    fail (self,
          G_IO_ERROR_FAILED,
          _ ("The sandbox's way out does not keep to its protocol and was closed."));
  return G_SOURCE_CONTINUE;
}

static void
exited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipGatewayDoor) self = user_data;

  ship_process_wait_finish (SHIP_PROCESS (source), result, NULL, NULL);
  if (self->process == SHIP_PROCESS (source))
    fail (self, G_IO_ERROR_CONNECTION_CLOSED, _ ("The sandbox's way out has ended unexpectedly."));
}

static gboolean
make_pair (int pair[2], GError **error)
{
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0)
    return TRUE;
  g_set_error (error,
               G_IO_ERROR,
               g_io_error_from_errno (errno),
               _ ("No socket can be made for the sandbox: %s"),
               g_strerror (errno));
  return FALSE;
}

/* Takes @upstream. */
static gboolean
watch_channel (ShipGatewayDoor *self, int upstream, GError **error)
{
  self->channel = g_socket_new_from_fd (upstream, error);
  if (self->channel == NULL)
    {
      close (upstream);
      return FALSE;
    }
  g_socket_set_blocking (self->channel, FALSE);
  self->channel_source = g_socket_create_source (self->channel, G_IO_IN, NULL);
  g_source_set_callback (self->channel_source, G_SOURCE_FUNC (channel_cb), self, NULL);
  g_source_attach (self->channel_source, g_main_context_get_thread_default ());
  return TRUE;
}

static gboolean
spawn (ShipGatewayDoor *self, const char *program, GError **error)
{
  g_autoptr (ShipProcessSpec) spec = ship_process_spec_new (program);
  int connections[2], upstream[2];

  if (!make_pair (connections, error))
    return FALSE;
  self->connections_fd = connections[0];
  ship_process_spec_take_fd (spec, connections[1], SHIP_EGRESS_CONNECTIONS_FD);
  if (!make_pair (upstream, error))
    return FALSE;
  ship_process_spec_take_fd (spec, upstream[1], SHIP_EGRESS_UPSTREAM_FD);
  if (!watch_channel (self, upstream[0], error))
    return FALSE;

  self->process = ship_process_spawn (g_steal_pointer (&spec), error);
  return self->process != NULL;
}

void
ship_gateway_door_start_async (ShipGatewayDoor    *self,
                               const char         *program,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (SHIP_IS_GATEWAY_DOOR (self));
  g_return_if_fail (program != NULL);
  g_return_if_fail (self->process == NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_gateway_door_start_async);
  if (!spawn (self, program, &error))
    {
      ship_gateway_door_stop (self);
      g_task_return_error (task, error);
      return;
    }
  self->start = g_steal_pointer (&task);
  if (cancellable != NULL)
    {
      self->cancel_source = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancel_source, G_SOURCE_FUNC (cancelled_cb), self, NULL);
      g_source_attach (self->cancel_source, g_main_context_get_thread_default ());
    }
  ship_process_wait_async (self->process, self->cancellable, exited_cb, g_object_ref (self));
}

int
ship_gateway_door_start_finish (ShipGatewayDoor *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_gateway_door_start_async), -1);

  return (int) g_task_propagate_int (G_TASK (result), error);
}

void
ship_gateway_door_stop (ShipGatewayDoor *self)
{
  g_autoptr (GTask) start = g_steal_pointer (&self->start);

  g_return_if_fail (SHIP_IS_GATEWAY_DOOR (self));

  clear_source (&self->cancel_source);
  clear_source (&self->channel_source);
  /* The end of its channel is all ship-egress needs to end; that its object goes makes sure of it.
   */
  g_clear_object (&self->channel);
  if (self->connections_fd >= 0)
    close (g_steal_fd (&self->connections_fd));
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->process);
  if (start != NULL)
    g_task_return_new_error (start,
                             G_IO_ERROR,
                             G_IO_ERROR_CANCELLED,
                             "%s",
                             _ ("The sandbox's way out was closed."));
}
