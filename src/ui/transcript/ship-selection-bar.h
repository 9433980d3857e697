/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is done with the messages that were chosen. Shows itself while there are some.
 *
 * Signals: "copy", "closed" */
#define SHIP_TYPE_SELECTION_BAR (ship_selection_bar_get_type ())
G_DECLARE_FINAL_TYPE (ShipSelectionBar, ship_selection_bar, SHIP, SELECTION_BAR, GtkWidget)

GtkWidget *ship_selection_bar_new (void);
void       ship_selection_bar_set_count (ShipSelectionBar *self, guint n);

G_END_DECLS
