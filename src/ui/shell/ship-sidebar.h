/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "client/ship-drafts.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The list of sessions with its search, and what can be done with each of them.
 *
 * Property "n-needing" (guint): how many sessions need their user
 * Signal "opened" (const char *session_id): the user chose one */
#define SHIP_TYPE_SIDEBAR (ship_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (ShipSidebar, ship_sidebar, SHIP, SIDEBAR, GtkWidget)

/* @sessions: of ShipSessionItem: those that are not archived; with a draft they are marked */
GtkWidget *ship_sidebar_new (ShipPaths *paths, GListModel *sessions, ShipDrafts *drafts);
/* Marks the session that is shown. @session_id: (nullable): none */
void ship_sidebar_select (ShipSidebar *self, const char *session_id);
void ship_sidebar_focus_search (ShipSidebar *self);
/* The session that the keyboard is on; FALSE when it is elsewhere. */
gboolean ship_sidebar_rename_focused (ShipSidebar *self);
guint    ship_sidebar_get_n_needing (ShipSidebar *self);

G_END_DECLS
