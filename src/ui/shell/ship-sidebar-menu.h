/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "shell/ship-sidebar-entry.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows what can be done with a session, at @where in @widget's coordinates. The items are actions
 * of @widget: sidebar.open and so on, each with the session's id. Gone when it is closed. */
void
ship_sidebar_menu_popup (GtkWidget *widget, ShipSidebarEntry *entry, const GdkRectangle *where);

G_END_DECLS
