/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-secrets.h"
#include "gateway/ship-gateway-reply-private.h"
#include "gateway/ship-usage-meter-private.h"

G_BEGIN_DECLS

/*
 * Carries one provider's answer to the sandbox, a piece at a time: the next is read when the last
 * is written. An operation object: built, run once, dropped. Main thread.
 */
#define SHIP_TYPE_GATEWAY_RELAY (ship_gateway_relay_get_type ())
G_DECLARE_FINAL_TYPE (ShipGatewayRelay, ship_gateway_relay, SHIP, GATEWAY_RELAY, GObject)

/* Whether the answer of @message is in the clear. */
gboolean ship_gateway_relay_can_read (SoupMessage *message);

/* @message: sent, with its answer's head here; @stream: the answer's body; @secrets: what must not
 * get to the sandbox even if the provider says it. @meter is not kept beyond the run. */
ShipGatewayRelay *ship_gateway_relay_new (SoupMessage      *message,
                                          GInputStream     *stream,
                                          ShipGatewayReply *reply,
                                          ShipUsageMeter   *meter,
                                          ShipSecrets      *secrets);

/* finish: TRUE if the answer came to its end; then all of it is handed to the reply, but for its
 * completion. Cancelling drops the connection to the provider. */
void ship_gateway_relay_run_async (ShipGatewayRelay   *self,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean
ship_gateway_relay_run_finish (ShipGatewayRelay *self, GAsyncResult *result, GError **error);

G_END_DECLS
