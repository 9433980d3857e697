/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A pane beside something more important, with an edge that is dragged, or moved by the arrow keys,
 * to make it wider or narrower. It wishes to be as wide as "width" says, and is less wide where
 * there is no room; its child has all of it.
 *
 * Properties: "width" (int, pixels; changes when the user is done with the edge), "narrowest" and
 * "widest" (its limits), "side" (GtkPackType: of the edge), "edge-label" (what a screen reader says
 * of it), "has-edge" (there is something beside it), "is-firm" (it insists on its width), "child"
 */
#define SHIP_TYPE_PANE (ship_pane_get_type ())
G_DECLARE_FINAL_TYPE (ShipPane, ship_pane, SHIP, PANE, GtkWidget)

int  ship_pane_get_width (ShipPane *self);
void ship_pane_set_width (ShipPane *self, int width);

G_END_DECLS
