/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* How the window looks, when it makes itself heard, what opens folders. */
#define SHIP_TYPE_GENERAL_PAGE (ship_general_page_get_type ())
G_DECLARE_FINAL_TYPE (ShipGeneralPage, ship_general_page, SHIP, GENERAL_PAGE, AdwPreferencesPage)

GtkWidget *ship_general_page_new (GSettings *settings);

G_END_DECLS
