/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A column of blocks in a row of a ShipRowColumn, of which only those in sight are drawn. GTK would
 * draw them all, clipped: most of a frame while a long answer is written. */
#define SHIP_TYPE_BLOCK_BOX (ship_block_box_get_type ())
G_DECLARE_FINAL_TYPE (ShipBlockBox, ship_block_box, SHIP, BLOCK_BOX, GtkBox)

GtkWidget *ship_block_box_new (int spacing);

G_END_DECLS
