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

/* How much of @size may be read now; one byte beyond what may be carried when that is the last, for
 * whoever sends it to be seen. */
size_t
ship_egress_connection_get_room (const ShipEgressConnection *self, ShipEgressWay way, size_t size);
/* More was read than may be carried. */
bool ship_egress_connection_is_beyond (const ShipEgressConnection *self, ShipEgressWay way);
/* Fills from the upstream, as far as it may. Like ship_egress_fill(); what is more than may come
 * closes the connection, and @moved is left alone. False: it is closed. */
bool ship_egress_connection_fill_down (ShipEgressConnection *self, bool *moved);

void ship_egress_connection_update_watches (ShipEgressConnection *self);
void ship_egress_connection_close (ShipEgressConnection *self);

/* ship-egress-tunnel.c. The upstream socket is there. */
void ship_egress_tunnel_start (ShipEgressConnection *self, int64_t now_ms);
void ship_egress_tunnel_relay (ShipEgressConnection *self, int64_t now_ms);
void ship_egress_tunnel_get_events (const ShipEgressConnection *self,
                                    uint32_t                   *client,
                                    uint32_t                   *upstream);
