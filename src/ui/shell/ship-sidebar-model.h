/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "shell/ship-sidebar-entry.h"

G_BEGIN_DECLS

/*
 * A GListModel of ShipSidebarEntry: the sessions of @sessions that match the search, grouped by who
 * has to do something – needs you, working, done – and then by day. Follows the list and each
 * session's state. It is a GtkSelectionModel, too: what is selected is the session that is open,
 * and no gesture changes that. Main thread.
 *
 * Property "n-needing" (guint): how many sessions need their user, whatever is searched for
 */
#define SHIP_TYPE_SIDEBAR_MODEL (ship_sidebar_model_get_type ())
G_DECLARE_FINAL_TYPE (ShipSidebarModel, ship_sidebar_model, SHIP, SIDEBAR_MODEL, GObject)

ShipSidebarModel *ship_sidebar_model_new (GListModel *sessions);
/* Every word of @text has to be in a session's title, repository or branch. "": all. */
void ship_sidebar_model_set_search (ShipSidebarModel *self, const char *text);
/* Leaves a session out that is going to be deleted, or takes it back. */
void ship_sidebar_model_set_hidden (ShipSidebarModel *self, const char *id, gboolean is_hidden);
/* @id: (nullable): none */
void     ship_sidebar_model_set_opened (ShipSidebarModel *self, const char *id);
gboolean ship_sidebar_model_is_opened (ShipSidebarModel *self, const char *id);
guint    ship_sidebar_model_get_n_needing (ShipSidebarModel *self);
/* Time has passed. Returns in how many seconds the next text changes; 0: there is none. */
guint ship_sidebar_model_refresh (ShipSidebarModel *self);

G_END_DECLS
