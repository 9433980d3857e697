/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "gateway/ship-gateway-route-private.h"

G_BEGIN_DECLS

/* Why the gateway itself answers, and not the provider. */
typedef enum
{
  SHIP_GATEWAY_REFUSAL_INVALID,
  SHIP_GATEWAY_REFUSAL_UNAUTHENTICATED,
  SHIP_GATEWAY_REFUSAL_FORBIDDEN,
  SHIP_GATEWAY_REFUSAL_NOT_FOUND,
  SHIP_GATEWAY_REFUSAL_TOO_LARGE,
  SHIP_GATEWAY_REFUSAL_UPSTREAM,
  SHIP_GATEWAY_N_REFUSALS,
} ShipGatewayRefusal;

guint ship_gateway_refusal_get_status (ShipGatewayRefusal refusal);

/* Fills in the answer of @message in the shape that the clients of @family understand. @sentence
 * must hold no secret, and none of the words that make agents try again ("timeout", "overloaded", a
 * number of an HTTP status) unless that is wanted. */
void ship_gateway_refusal_answer (ShipGatewayRefusal refusal,
                                  ShipGatewayFamily  family,
                                  const char        *sentence,
                                  SoupServerMessage *message);

G_END_DECLS
