/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "gateway/ship-gateway-error-private.h"

G_BEGIN_DECLS

/*
 * The sandbox's side of one exchange: a SoupServerMessage that is answered piece by piece, and the
 * socket under it, which is watched for the sandbox hanging up. Main thread.
 *
 * Signals: "wrote": what was appended is written, the next piece may come
 *          "over": once: the answer is complete, or cannot be any more
 */
#define SHIP_TYPE_GATEWAY_REPLY (ship_gateway_reply_get_type ())
G_DECLARE_FINAL_TYPE (ShipGatewayReply, ship_gateway_reply, SHIP, GATEWAY_REPLY, GObject)

/* @message is paused until something is said. */
ShipGatewayReply  *ship_gateway_reply_new (SoupServerMessage *message, GSocket *socket);
SoupServerMessage *ship_gateway_reply_get_message (ShipGatewayReply *self);
gboolean           ship_gateway_reply_is_over (ShipGatewayReply *self);

/* Either the whole answer at once … */
void ship_gateway_reply_refuse (ShipGatewayReply  *self,
                                ShipGatewayRefusal refusal,
                                ShipGatewayFamily  family,
                                const char        *sentence);
/* … or its head (the response headers of the message are set by then), pieces (not empty), and the
 * end: */
void ship_gateway_reply_begin (ShipGatewayReply *self, guint status);
void ship_gateway_reply_append (ShipGatewayReply *self, GBytes *bytes);
void ship_gateway_reply_complete (ShipGatewayReply *self);
/* Breaks the connection, so that the sandbox sees that the answer is not whole. */
void ship_gateway_reply_abort (ShipGatewayReply *self);

G_END_DECLS
