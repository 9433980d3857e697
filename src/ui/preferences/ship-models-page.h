/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "usage/ship-model-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Which models are worked with, and how: keys, addresses, servers of the user's own. */
#define SHIP_TYPE_MODELS_PAGE (ship_models_page_get_type ())
G_DECLARE_FINAL_TYPE (ShipModelsPage, ship_models_page, SHIP, MODELS_PAGE, AdwPreferencesPage)

GtkWidget *ship_models_page_new (ShipPaths *paths, GSettings *settings, ShipModelList *models);

G_END_DECLS
