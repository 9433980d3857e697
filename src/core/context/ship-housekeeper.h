/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "session/ship-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What an awake session does for the next one of its repository, once it is up itself: it has the
 * base refreshed, and with the setting warm-sandboxes a spare made. Owned by the actor's context;
 * main thread.
 */
#define SHIP_TYPE_HOUSEKEEPER (ship_housekeeper_get_type ())
G_DECLARE_FINAL_TYPE (ShipHousekeeper, ship_housekeeper, SHIP, HOUSEKEEPER, GObject)

ShipHousekeeper *ship_housekeeper_new (ShipPaths *paths, ShipSession *session, GSettings *settings);

/* Begins nothing any more; what it has begun is given up. */
void ship_housekeeper_stop (ShipHousekeeper *self);
/* Starts the process that tidies up: see ship-tidy.h. It outlives us. */
void ship_housekeeper_tidy (ShipHousekeeper *self);

G_END_DECLS
