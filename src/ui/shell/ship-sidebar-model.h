/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-list.h"

G_BEGIN_DECLS

/* The title of a group of sessions, a row of its own. */
#define SHIP_TYPE_SIDEBAR_HEADING (ship_sidebar_heading_get_type ())
G_DECLARE_FINAL_TYPE (ShipSidebarHeading, ship_sidebar_heading, SHIP, SIDEBAR_HEADING, GObject)
const char *ship_sidebar_heading_get_title (ShipSidebarHeading *self);

/*
 * A GListModel of ShipSidebarHeading and ShipSessionItem: the sessions of @sessions that match the
 * search, grouped by who has to do something – needs you, working – and then by day. Follows the
 * list and each session's state. Main thread.
 */
#define SHIP_TYPE_SIDEBAR_MODEL (ship_sidebar_model_get_type ())
G_DECLARE_FINAL_TYPE (ShipSidebarModel, ship_sidebar_model, SHIP, SIDEBAR_MODEL, GObject)

ShipSidebarModel *ship_sidebar_model_new (GListModel *sessions);
/* Every word of @text has to be in a session's title, repository or branch. "": all. */
void ship_sidebar_model_set_search (ShipSidebarModel *self, const char *text);

G_END_DECLS
