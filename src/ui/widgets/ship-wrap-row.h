/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Widgets in a row, aligned to its end, in as many lines as they need: the buttons of a card. */
#define SHIP_TYPE_WRAP_ROW (ship_wrap_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipWrapRow, ship_wrap_row, SHIP, WRAP_ROW, GtkWidget)

GtkWidget *ship_wrap_row_new (void);
void       ship_wrap_row_append (ShipWrapRow *self, GtkWidget *child);

G_END_DECLS
