/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "auth/ship-llm-keys.h"
#include "gateway/ship-gateway-reply-private.h"
#include "gateway/ship-gateway-route-private.h"
#include "gateway/ship-gateway.h"

G_BEGIN_DECLS

/*
 * One request to a provider, from when its body is here to when its answer is with the sandbox. An
 * operation object: built, run once, dropped. Main thread.
 */
#define SHIP_TYPE_GATEWAY_EXCHANGE (ship_gateway_exchange_get_type ())
G_DECLARE_FINAL_TYPE (ShipGatewayExchange, ship_gateway_exchange, SHIP, GATEWAY_EXCHANGE, GObject)

/* Takes @target. */
ShipGatewayExchange *ship_gateway_exchange_new (ShipGatewayReply  *reply,
                                                SoupSession       *session,
                                                ShipLlmKeys       *keys,
                                                ShipGatewayRoute  *route,
                                                ShipGatewayTarget *target);

/* Never fails: whatever happens is answered to the sandbox. Cancelling breaks the answer off and
 * ends the request to the provider; what it had used by then is recorded. finish: (transfer full)
 * (nullable): NULL if nothing was asked of a model; its cost is not filled in */
void ship_gateway_exchange_run_async (ShipGatewayExchange *self,
                                      GBytes              *body,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
ShipGatewayExchangeRecord *
ship_gateway_exchange_run_finish (ShipGatewayExchange *self, GAsyncResult *result, GError **error);

/* Whether it is one that the gate is asked about: something is generated. */
gboolean ship_gateway_exchange_is_gated (ShipGatewayExchange *self);

/* (nullable): the sentence with which the gateway itself answered; after the run */
const char *ship_gateway_exchange_get_refusal (ShipGatewayExchange *self);

G_END_DECLS
