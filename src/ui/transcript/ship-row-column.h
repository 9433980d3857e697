/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Rows below each other, to be put into a scrolled window, and a place where it is read. The place
 * is a row or the end, never a number: whatever grows, shrinks, comes or goes above it, it stays
 * where it is on the screen, in the same frame. Only what is in sight is drawn.
 *
 * Signal "moved": other rows may be in sight than before. Comes in the middle of a layout; what
 * changes widgets waits for the next frame.
 */
#define SHIP_TYPE_ROW_COLUMN (ship_row_column_get_type ())
G_DECLARE_FINAL_TYPE (ShipRowColumn, ship_row_column, SHIP, ROW_COLUMN, GtkWidget)

GtkWidget *ship_row_column_new (void);

/* @after: (nullable): NULL for the first */
void ship_row_column_insert (ShipRowColumn *self, GtkWidget *row, GtkWidget *after);
void ship_row_column_remove (ShipRowColumn *self, GtkWidget *row);

gboolean ship_row_column_is_at_end (ShipRowColumn *self);
/* Near the first row. */
gboolean ship_row_column_is_at_start (ShipRowColumn *self);
gboolean ship_row_column_is_in_sight (ShipRowColumn *self, GtkWidget *row);
typedef void (*ShipRowFunc) (GtkWidget *row, gboolean is_in_sight, gpointer user_data);
void ship_row_column_foreach (ShipRowColumn *self, ShipRowFunc func, gpointer user_data);
void ship_row_column_scroll_to_end (ShipRowColumn *self);
void ship_row_column_scroll_to (ShipRowColumn *self, GtkWidget *row);
/* @row is about to get another height by what the user did in it: it stays where it is. */
void ship_row_column_hold (ShipRowColumn *self, GtkWidget *row);
/* What is at the top of the view stays there, also if that is the end. */
void ship_row_column_stay (ShipRowColumn *self);

G_END_DECLS
