/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-list.h"
#include "client/ship-transcript.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A popover with all that the header of a session says, and more: where it works and on what, each
 * to be copied, and its state, model and cost, which a narrow header has no room for. */
#define SHIP_TYPE_SESSION_DETAILS (ship_session_details_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionDetails, ship_session_details, SHIP, SESSION_DETAILS, GtkPopover)

GtkWidget *ship_session_details_new (void);
/* @session: (nullable): not read yet. @state, @model, @context, @cost: as they are shown */
void ship_session_details_set (ShipSessionDetails   *self,
                               const ShipSessionRow *session,
                               const char           *state,
                               const char           *model,
                               const char           *context,
                               const char           *cost);

G_END_DECLS
