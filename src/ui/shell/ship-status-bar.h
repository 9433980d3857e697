/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the session is doing, and the ways on when it is doing nothing.
 *
 * Signal "resume" (gboolean again): the user wants it to go on */
#define SHIP_TYPE_STATUS_BAR (ship_status_bar_get_type ())
G_DECLARE_FINAL_TYPE (ShipStatusBar, ship_status_bar, SHIP, STATUS_BAR, GtkWidget)

GtkWidget *ship_status_bar_new (void);
void       ship_status_bar_set_state (ShipStatusBar *self,
                                      const char    *state,
                                      const char    *detail,
                                      const char    *activity);

G_END_DECLS
