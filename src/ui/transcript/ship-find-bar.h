/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Where a text to be found is written.
 *
 * Signals: "search" (const char *text): it changed, "" for none; "step" (int): to the next (1) or
 * the one before (-1); "closed": it is not wanted any more
 */
#define SHIP_TYPE_FIND_BAR (ship_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (ShipFindBar, ship_find_bar, SHIP, FIND_BAR, GtkWidget)

GtkWidget *ship_find_bar_new (void);
void       ship_find_bar_open (ShipFindBar *self);
void       ship_find_bar_close (ShipFindBar *self);
gboolean   ship_find_bar_is_open (ShipFindBar *self);
/* @position: from 0 on, of @n */
void ship_find_bar_set_count (ShipFindBar *self, guint position, guint n);

G_END_DECLS
