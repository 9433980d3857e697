/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What sandboxes may reach outside: how much, and the hosts that every session may reach. Applies
 * at once, in sessions that are awake too. */
#define SHIP_TYPE_NETWORK_GROUP (ship_network_group_get_type ())
G_DECLARE_FINAL_TYPE (ShipNetworkGroup,
                      ship_network_group,
                      SHIP,
                      NETWORK_GROUP,
                      AdwPreferencesGroup)

GtkWidget *ship_network_group_new (GSettings *settings);

G_END_DECLS
