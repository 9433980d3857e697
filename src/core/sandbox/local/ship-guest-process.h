/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/local/ship-guest-channel.h"
#include "sandbox/ship-sandbox-process-private.h"

G_BEGIN_DECLS

/* A process inside, of which the channel knows the end. Made by the channel. */
#define SHIP_TYPE_GUEST_PROCESS (ship_guest_process_get_type ())
G_DECLARE_FINAL_TYPE (ShipGuestProcess, ship_guest_process, SHIP, GUEST_PROCESS, ShipSandboxProcess)

ShipGuestProcess *ship_guest_process_new (ShipGuestChannel *channel, guint32 id);

G_END_DECLS
