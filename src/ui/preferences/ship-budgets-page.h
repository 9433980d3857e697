/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What may be spent, and what was spent today. */
#define SHIP_TYPE_BUDGETS_PAGE (ship_budgets_page_get_type ())
G_DECLARE_FINAL_TYPE (ShipBudgetsPage, ship_budgets_page, SHIP, BUDGETS_PAGE, AdwPreferencesPage)

GtkWidget *ship_budgets_page_new (ShipPaths *paths, GSettings *settings);

G_END_DECLS
