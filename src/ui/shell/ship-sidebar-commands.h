/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "shell/ship-sidebar-model.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * What the user does with a session of the sidebar, carried out: says what went wrong, and how to
 * take it back, as toasts of the window that @widget is in. A session that is deleted is out of the
 * list at once and gone after eight seconds, or when the window is closed; until then it can be
 * taken back. The program does not end meanwhile. Main thread.
 */
#define SHIP_TYPE_SIDEBAR_COMMANDS (ship_sidebar_commands_get_type ())
G_DECLARE_FINAL_TYPE (ShipSidebarCommands, ship_sidebar_commands, SHIP, SIDEBAR_COMMANDS, GObject)

/* @widget: (unowned): its owner. */
ShipSidebarCommands *ship_sidebar_commands_new (ShipPaths *paths, GtkWidget *widget);
/* Whose sessions these are. */
void ship_sidebar_commands_add_model (ShipSidebarCommands *self, ShipSidebarModel *model);

void ship_sidebar_commands_set_title (ShipSidebarCommands *self, const char *id, const char *title);
void ship_sidebar_commands_set_seen (ShipSidebarCommands *self, const char *id, gboolean is_seen);
void ship_sidebar_commands_stop (ShipSidebarCommands *self, const char *id);
void ship_sidebar_commands_archive (ShipSidebarCommands *self,
                                    const char          *id,
                                    const char          *title,
                                    gboolean             archived);
/* Nothing can be taken back any more: what was deleted goes now. */
void ship_sidebar_commands_flush (ShipSidebarCommands *self);
void ship_sidebar_commands_delete (ShipSidebarCommands *self, const char *id, const char *title);

G_END_DECLS
