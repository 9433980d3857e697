/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gateway/ship-egress-dialer-private.h"
#include "gateway/ship-gateway-door-private.h"
#include "gateway/ship-gateway.h"

G_BEGIN_DECLS

/*
 * Answers what the door asks of hosts outside, by the dialer, and tells each contact. It bounds how
 * many are dialed a minute and what they carry: a sandbox must not be able to make its host a
 * nuisance.
 * Owned by the gateway; main thread.
 *
 * Signal "contact" (const ShipGatewayContact *)
 */
#define SHIP_TYPE_GATEWAY_OUTSIDE (ship_gateway_outside_get_type ())
G_DECLARE_FINAL_TYPE (ShipGatewayOutside, ship_gateway_outside, SHIP, GATEWAY_OUTSIDE, GObject)

ShipGatewayOutside *ship_gateway_outside_new (ShipEgressDialer *dialer);
/* @door: (nullable): none any more; what is being dialed for it is given up. */
void ship_gateway_outside_serve (ShipGatewayOutside *self, ShipGatewayDoor *door);
/* Bytes that may come in, of all hosts; and a second, each way, 0 for any number. What was carried
 * already counts; connections that were cut are not mended. */
#define SHIP_GATEWAY_DOWN_TOTAL (G_GUINT64_CONSTANT (64) << 30)
void ship_gateway_outside_set_bounds (ShipGatewayOutside *self, guint64 down_total, guint64 rate);

G_END_DECLS
