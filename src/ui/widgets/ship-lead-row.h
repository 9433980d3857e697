/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A small widget before a large one: the marker of a list, the box one chooses a message by. What a
 * horizontal GtkBox does, but for one thing: to share out the width that box asks text how narrow
 * it could be at some height, which means laying it out twenty times.
 */
#define SHIP_TYPE_LEAD_ROW (ship_lead_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipLeadRow, ship_lead_row, SHIP, LEAD_ROW, GtkWidget)

/* @lead has its natural width, @content the rest. Both are the row's then. */
GtkWidget *ship_lead_row_new (GtkWidget *lead, GtkWidget *content);
GtkWidget *ship_lead_row_get_content (ShipLeadRow *self);

G_END_DECLS
