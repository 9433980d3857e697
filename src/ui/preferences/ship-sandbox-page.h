/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Where sessions work, whether this machine is ready for it, and how long they stay awake. */
#define SHIP_TYPE_SANDBOX_PAGE (ship_sandbox_page_get_type ())
G_DECLARE_FINAL_TYPE (ShipSandboxPage, ship_sandbox_page, SHIP, SANDBOX_PAGE, AdwPreferencesPage)

GtkWidget *ship_sandbox_page_new (ShipPaths *paths, GSettings *settings);

G_END_DECLS
