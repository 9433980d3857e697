/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ship-egress-connection.h"
#include "ship-egress-protocol.h"

/* What a relayed request and a tunnel share. */

#define SHIP_EGRESS_IDLE_MS 600000
/* How often one connection may go round before the others have their turn. */
#define SHIP_EGRESS_MAX_ROUNDS 8

typedef enum
{
  SHIP_EGRESS_MOVED,
  SHIP_EGRESS_STUCK,
  SHIP_EGRESS_ENDED,
} ShipEgressTransfer;

/* One recv() into an empty buffer, one send() from a full one. */
ShipEgressTransfer
ship_egress_fill (int fd, char *data, size_t size, uint32_t *start, uint32_t *end);
ShipEgressTransfer ship_egress_flush (int fd, const char *data, uint32_t *start, uint32_t *end);

/* Counts what was filled in from the upstream. False: it is more than may come, and the connection
 * is closed. */
bool ship_egress_connection_count_down (ShipEgressConnection *self);

void ship_egress_connection_update_watches (ShipEgressConnection *self);
void ship_egress_connection_close (ShipEgressConnection *self);

/* ship-egress-tunnel.c. The upstream socket is there. */
void ship_egress_tunnel_start (ShipEgressConnection *self, int64_t now_ms);
void ship_egress_tunnel_relay (ShipEgressConnection *self, int64_t now_ms);
void ship_egress_tunnel_get_events (const ShipEgressConnection *self,
                                    uint32_t                   *client,
                                    uint32_t                   *upstream);
