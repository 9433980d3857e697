/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-list.h"
#include "usage/ship-model-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * All that a palette can find now: the sessions, what the program and its window can do, the models
 * that can be worked with, the pages of the preferences.
 *
 * @has_session: whether one is shown, to which some actions apply.
 * Returns: (transfer container) (element-type ShipPaletteItem)
 */
GPtrArray *ship_palette_source_list (GtkApplication  *application,
                                     ShipSessionList *sessions,
                                     ShipModelList   *models,
                                     gboolean         has_session);

G_END_DECLS
