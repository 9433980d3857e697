/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-handle.h"
#include "usage/ship-model-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * What a session is and how it is, in one row: state, title, where it works, and, as far as there
 * is room, its model, how full the model's context is, and what it has cost.
 */
#define SHIP_TYPE_SESSION_HEADER (ship_session_header_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionHeader, ship_session_header, SHIP, SESSION_HEADER, GtkWidget)

GtkWidget *ship_session_header_new (ShipSessionHandle *handle, ShipModelList *models);
/* The session's row, when the list has it. */
void ship_session_header_set_item (ShipSessionHeader *self, ShipSessionItem *item);
void ship_session_header_rename (ShipSessionHeader *self);

G_END_DECLS
