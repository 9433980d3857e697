/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What is kept where, for how long, and how to be rid of it. */
#define SHIP_TYPE_PRIVACY_PAGE (ship_privacy_page_get_type ())
G_DECLARE_FINAL_TYPE (ShipPrivacyPage, ship_privacy_page, SHIP, PRIVACY_PAGE, AdwPreferencesPage)

GtkWidget *ship_privacy_page_new (ShipPaths *paths, GSettings *settings);

G_END_DECLS
