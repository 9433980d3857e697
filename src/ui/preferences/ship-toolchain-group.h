/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "base/ship-paths.h"

G_BEGIN_DECLS

/* Folders of tools in the user's home that sandboxes see, read-only. What is wrong with one is said
 * below it; a session that wakes sees what is chosen now. */
#define SHIP_TYPE_TOOLCHAIN_GROUP (ship_toolchain_group_get_type ())
G_DECLARE_FINAL_TYPE (ShipToolchainGroup,
                      ship_toolchain_group,
                      SHIP,
                      TOOLCHAIN_GROUP,
                      AdwPreferencesGroup)

GtkWidget *ship_toolchain_group_new (ShipPaths *paths, GSettings *settings);

G_END_DECLS
