/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "shell/ship-session-page.h"

G_BEGIN_DECLS

/*
 * What is beside a session's conversation, in tabs; without a row of tabs while there is one only.
 */
#define SHIP_TYPE_SESSION_PANEL (ship_session_panel_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionPanel, ship_session_panel, SHIP, SESSION_PANEL, GtkWidget)

/* @page: (transfer none): of the same session; it outlives the panel. */
GtkWidget *ship_session_panel_new (ShipPaths *paths, GSettings *settings, ShipSessionPage *page);

G_END_DECLS
