/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gateway/ship-gateway-reply-private.h"

/*
 * SoupServer does not look at its socket while a message is paused, so a sandbox that hangs up
 * while the model thinks would go unnoticed until the next piece; hence the watch of our own. Owned
 * by the exchange; main thread.
 */

struct _ShipGatewayReply
{
  GObject parent_instance;

  SoupServerMessage *message; /* (owned) */
  GSocket           *socket;  /* (owned) */
  GSource           *watch;   /* (owned) (nullable) */
  gboolean           has_begun;
  gboolean           is_over;
};

enum
{
  SIGNAL_WROTE,
  SIGNAL_OVER,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipGatewayReply, ship_gateway_reply, G_TYPE_OBJECT)

static void
drop_watch (ShipGatewayReply *self)
{
  if (self->watch != NULL)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
}

static void
ship_gateway_reply_dispose (GObject *object)
{
  ShipGatewayReply *self = SHIP_GATEWAY_REPLY (object);

  drop_watch (self);
  g_clear_object (&self->socket);
  g_clear_object (&self->message);

  G_OBJECT_CLASS (ship_gateway_reply_parent_class)->dispose (object);
}

static void
ship_gateway_reply_class_init (ShipGatewayReplyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_gateway_reply_dispose;

  signals[SIGNAL_WROTE] = g_signal_new ("wrote",
                                        SHIP_TYPE_GATEWAY_REPLY,
                                        G_SIGNAL_RUN_LAST,
                                        0,
                                        NULL,
                                        NULL,
                                        NULL,
                                        G_TYPE_NONE,
                                        0);
  signals[SIGNAL_OVER] = g_signal_new ("over",
                                       SHIP_TYPE_GATEWAY_REPLY,
                                       G_SIGNAL_RUN_LAST,
                                       0,
                                       NULL,
                                       NULL,
                                       NULL,
                                       G_TYPE_NONE,
                                       0);
}

static void
ship_gateway_reply_init (ShipGatewayReply *self)
{
}

static void
wrote_cb (ShipGatewayReply *self)
{
  if (!self->is_over)
    g_signal_emit (self, signals[SIGNAL_WROTE], 0);
}

static void
over_cb (ShipGatewayReply *self)
{
  if (self->is_over)
    return;
  self->is_over = TRUE;
  drop_watch (self);
  g_signal_emit (self, signals[SIGNAL_OVER], 0);
}

static gboolean
hung_up_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  ShipGatewayReply *self = user_data;

  ship_gateway_reply_abort (self);
  return G_SOURCE_REMOVE;
}

ShipGatewayReply *
ship_gateway_reply_new (SoupServerMessage *message, GSocket *socket)
{
  ShipGatewayReply *self = g_object_new (SHIP_TYPE_GATEWAY_REPLY, NULL);

  self->message = g_object_ref (message);
  self->socket = g_object_ref (socket);
  g_signal_connect_object (message, "wrote-chunk", G_CALLBACK (wrote_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "finished", G_CALLBACK (over_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "disconnected", G_CALLBACK (over_cb), self, G_CONNECT_SWAPPED);

  /* No condition but the hang-up, which is always reported. */
  self->watch = g_socket_create_source (socket, G_IO_HUP, NULL);
  g_source_set_callback (self->watch, G_SOURCE_FUNC (hung_up_cb), self, NULL);
  g_source_attach (self->watch, g_main_context_get_thread_default ());

  soup_server_message_pause (message);
  return self;
}

SoupServerMessage *
ship_gateway_reply_get_message (ShipGatewayReply *self)
{
  return self->message;
}

gboolean
ship_gateway_reply_is_over (ShipGatewayReply *self)
{
  return self->is_over;
}

void
ship_gateway_reply_refuse (ShipGatewayReply  *self,
                           ShipGatewayRefusal refusal,
                           ShipGatewayFamily  family,
                           const char        *sentence)
{
  if (self->is_over)
    return;
  g_return_if_fail (!self->has_begun);

  self->has_begun = TRUE;
  ship_gateway_refusal_answer (refusal, family, sentence, self->message);
  soup_server_message_unpause (self->message);
}

void
ship_gateway_reply_begin (ShipGatewayReply *self, guint status)
{
  if (self->is_over)
    return;
  g_return_if_fail (!self->has_begun);

  self->has_begun = TRUE;
  soup_server_message_set_status (self->message, status, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (self->message),
                                     SOUP_ENCODING_CHUNKED);
  /* What is written is forgotten. */
  soup_message_body_set_accumulate (soup_server_message_get_response_body (self->message), FALSE);
  soup_server_message_unpause (self->message);
}

void
ship_gateway_reply_append (ShipGatewayReply *self, GBytes *bytes)
{
  if (self->is_over)
    return;
  g_return_if_fail (self->has_begun && g_bytes_get_size (bytes) > 0);

  soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), bytes);
  soup_server_message_unpause (self->message);
}

void
ship_gateway_reply_complete (ShipGatewayReply *self)
{
  if (self->is_over)
    return;
  soup_message_body_complete (soup_server_message_get_response_body (self->message));
  soup_server_message_unpause (self->message);
}

void
ship_gateway_reply_abort (ShipGatewayReply *self)
{
  if (self->is_over)
    return;
  drop_watch (self);
  /* With its socket shut, SoupServer fails at whatever it writes next; so it is given something to
   * write. */
  g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  if (!self->has_begun)
    ship_gateway_reply_begin (self, SOUP_STATUS_INTERNAL_SERVER_ERROR);
  ship_gateway_reply_complete (self);
}
