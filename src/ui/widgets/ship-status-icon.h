/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "widgets/ship-status.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The icon of a status, in its colour, with its word as tooltip. While an agent is at work it
 * breathes, unless the user wants no animations; what is not seen does not move. */
#define SHIP_TYPE_STATUS_ICON (ship_status_icon_get_type ())
G_DECLARE_FINAL_TYPE (ShipStatusIcon, ship_status_icon, SHIP, STATUS_ICON, GtkWidget)

GtkWidget *ship_status_icon_new (void);
void       ship_status_icon_set_status (ShipStatusIcon *self, const ShipStatus *status);

G_END_DECLS
