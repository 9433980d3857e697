/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "ship-guest-protocol.h"

typedef struct _ShipGuestRelay ShipGuestRelay;

/* Streams of the host that are joined to ports inside. A free slot is NULL. */
typedef struct
{
  ShipGuestRelay *slots[SHIP_GUEST_RELAYS_MAX];
} ShipGuestRelays;

/* Takes @stream. Closes it if nothing can be reached at @port. */
void ship_guest_relays_connect (ShipGuestRelays *self, uint16_t port, int stream);

/* Fills in two entries for each slot: @polls has 2 * SHIP_GUEST_RELAYS_MAX of them. */
void ship_guest_relays_prepare (const ShipGuestRelays *self, struct pollfd *polls);
void ship_guest_relays_dispatch (ShipGuestRelays *self, const struct pollfd *polls);
