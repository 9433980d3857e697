/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-handle.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The tasks of a session, those to come first, then what became of the others; what they cost, and
 * what the session's agent may do unasked. Follows the handle's snapshot.
 *
 * Signal: "chosen" (gint64 task): the user wants to see where it stands in the conversation
 */
#define SHIP_TYPE_TASK_PANEL (ship_task_panel_get_type ())
G_DECLARE_FINAL_TYPE (ShipTaskPanel, ship_task_panel, SHIP, TASK_PANEL, GtkWidget)

GtkWidget *ship_task_panel_new (ShipPaths *paths, GSettings *settings, ShipSessionHandle *handle);

G_END_DECLS
