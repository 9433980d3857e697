/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "usage/ship-model-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What the user prefers, page by page; everything applies at once. Beside its parent, not before
 * it: what is looked up is looked up when a page is shown. */
#define SHIP_TYPE_PREFERENCES_WINDOW (ship_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (ShipPreferencesWindow,
                      ship_preferences_window,
                      SHIP,
                      PREFERENCES_WINDOW,
                      AdwPreferencesWindow)

/* @parent: (nullable). Its pages have names: general, models, sandbox, budgets, connectors,
 * privacy.
 */
GtkWidget *ship_preferences_window_new (GtkWindow     *parent,
                                        ShipPaths     *paths,
                                        GSettings     *settings,
                                        ShipModelList *models);

G_END_DECLS
