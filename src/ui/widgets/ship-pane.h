/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A pane beside something more important, with an edge that is dragged, or moved by the arrow keys,
 * to make it wider or narrower. It wishes to be as wide as "width" says, and is less wide where
 * there is no room; its child has all of it.
 *
 * Property: "width" (int, pixels, within its limits; changes when the user is done with the edge)
 */
#define SHIP_TYPE_PANE (ship_pane_get_type ())
G_DECLARE_FINAL_TYPE (ShipPane, ship_pane, SHIP, PANE, GtkWidget)

/* @edge: which of its sides is moved. @label: of the edge, for a screen reader. @child: (transfer
 * full) */
GtkWidget *ship_pane_new (GtkPackType edge, const char *label, GtkWidget *child);
void       ship_pane_set_limits (ShipPane *self, int narrowest, int widest);
int        ship_pane_get_width (ShipPane *self);
void       ship_pane_set_width (ShipPane *self, int width);
/* Without one where there is nothing beside it. */
void ship_pane_set_has_edge (ShipPane *self, gboolean has_edge);

G_END_DECLS
