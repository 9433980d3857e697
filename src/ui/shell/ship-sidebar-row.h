/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "shell/ship-sidebar-entry.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A session in the sidebar, under the heading of its group if it is the first one of it. Activates
 * sidebar.menu (s: its id) and sidebar.set-title ((ss): its id, the new title). */
#define SHIP_TYPE_SIDEBAR_ROW (ship_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipSidebarRow, ship_sidebar_row, SHIP, SIDEBAR_ROW, GtkWidget)

GtkWidget        *ship_sidebar_row_new (void);
void              ship_sidebar_row_set_entry (ShipSidebarRow *self, ShipSidebarEntry *entry);
ShipSidebarEntry *ship_sidebar_row_get_entry (ShipSidebarRow *self); /* (nullable) */
/* Whether something is written to it that is not sent. */
void ship_sidebar_row_set_draft (ShipSidebarRow *self, gboolean has_draft);
/* What a menu of this row points at. */
GtkWidget *ship_sidebar_row_get_menu_anchor (ShipSidebarRow *self);
/* Lets the user write another title: Enter takes it, Escape does not. */
void ship_sidebar_row_rename (ShipSidebarRow *self);

G_END_DECLS
