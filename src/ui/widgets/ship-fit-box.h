/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A row that shows what there is room for: its first child always, the others behind it from the
 * last to the first as long as they fit as wide as they are. They take no room from what the first
 * needs, up to half of the width, and none where it is narrow.
 */
#define SHIP_TYPE_FIT_BOX (ship_fit_box_get_type ())
G_DECLARE_FINAL_TYPE (ShipFitBox, ship_fit_box, SHIP, FIT_BOX, GtkWidget)

GtkWidget *ship_fit_box_new (int spacing);
/* @child: (transfer full) */
void ship_fit_box_append (ShipFitBox *self, GtkWidget *child);

G_END_DECLS
