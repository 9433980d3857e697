/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The list of sessions with its search.
 *
 * Signal "opened" (const char *session_id): the user chose one */
#define SHIP_TYPE_SIDEBAR (ship_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (ShipSidebar, ship_sidebar, SHIP, SIDEBAR, GtkWidget)

GtkWidget *ship_sidebar_new (ShipSessionList *sessions);
/* Marks the session that is shown. @session_id: (nullable): none */
void ship_sidebar_select (ShipSidebar *self, const char *session_id);
void ship_sidebar_focus_search (ShipSidebar *self);

G_END_DECLS
