/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-closing.h"
#include "client/ship-drafts.h"
#include "client/ship-session-list.h"
#include "usage/ship-model-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * The window: the sessions on the left, one of them or the beginning of a new one on the right; one
 * at a time when it is narrow. Its size and that of its panes are remembered. Actions:
 * win.new-session, win.rehearse, win.open-session (s), win.stop, win.search, win.back, win.rename,
 * win.toggle-panel, win.palette, win.use-model (s: "provider/model"), win.say (s: a sentence).
 *
 * Signal "shown": another session is shown, or none
 */
#define SHIP_TYPE_WINDOW (ship_window_get_type ())
G_DECLARE_FINAL_TYPE (ShipWindow, ship_window, SHIP, WINDOW, AdwApplicationWindow)

/* @models: to be loaded by the window, again and again. @closing: takes what is closed behind it.
 */
GtkWidget  *ship_window_new (GtkApplication  *application,
                             ShipPaths       *paths,
                             ShipSessionList *sessions,
                             ShipModelList   *models,
                             ShipDrafts      *drafts,
                             GSettings       *settings,
                             ShipClosing     *closing);
void        ship_window_open_session (ShipWindow *self, const char *id);
const char *ship_window_get_session_id (ShipWindow *self); /* (nullable): what is shown */
/* A sentence for the user, for a moment. */
void ship_window_say (ShipWindow *self, const char *sentence);

G_END_DECLS
