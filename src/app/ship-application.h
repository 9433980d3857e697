/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "usage/ship-model-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * The program behind the window: one instance, what it shares with its windows, and the actions
 * that belong to no window. Closing it stops no agent: each session has a process of its own.
 */
#define SHIP_TYPE_APPLICATION (ship_application_get_type ())
G_DECLARE_FINAL_TYPE (ShipApplication, ship_application, SHIP, APPLICATION, AdwApplication)

ShipApplication *
ship_application_new (ShipPaths *paths, ShipModelList *models, GSettings *settings);

/* Lets go of what has threads of its own. After it has run, before the last unref. */
void ship_application_close_async (ShipApplication    *self,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean
ship_application_close_finish (ShipApplication *self, GAsyncResult *result, GError **error);

G_END_DECLS
