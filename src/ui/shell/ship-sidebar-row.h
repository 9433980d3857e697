/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A session in the list: what it is about, how it is, when it last moved and what it cost. */
#define SHIP_TYPE_SIDEBAR_ROW (ship_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipSidebarRow, ship_sidebar_row, SHIP, SIDEBAR_ROW, GtkWidget)

GtkWidget *ship_sidebar_row_new (void);
/* @item: (nullable) */
void ship_sidebar_row_set_item (ShipSidebarRow *self, ShipSessionItem *item);

G_END_DECLS
