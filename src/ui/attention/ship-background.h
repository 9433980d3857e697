/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-work-watch.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The program without a window: it stays while a session works or waits for its user, so that it
 * can tell of it, and keeps the machine from going to sleep while one works. Closing the last
 * window never stops an agent; the first time, the user is told so. Adds the action app.stop-all.
 *
 * Signal "failed" (const char *sentence): what the user did was not done, and why
 *
 * Owned by the application; main thread.
 */
#define SHIP_TYPE_BACKGROUND (ship_background_get_type ())
G_DECLARE_FINAL_TYPE (ShipBackground, ship_background, SHIP, BACKGROUND, GObject)

/* @application: (unowned): its owner */
ShipBackground *
ship_background_new (GtkApplication *application, ShipWorkWatch *watch, GSettings *settings);
/* Asks before @window is closed, if there is something to be said. */
void ship_background_attend (ShipBackground *self, GtkWindow *window);
/* The user wants the program to end: it stays for nobody any more. */
void ship_background_quit (ShipBackground *self);

G_END_DECLS
