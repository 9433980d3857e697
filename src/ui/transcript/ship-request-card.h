/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * What a session asks the user: a permission, a question, or more money.
 *
 * Signal "answered" (GVariant *): the options of the bus method Answer (a{sv}); the card is
 * insensitive from then on until ship_request_card_refused().
 */
#define SHIP_TYPE_REQUEST_CARD (ship_request_card_get_type ())
G_DECLARE_FINAL_TYPE (ShipRequestCard, ship_request_card, SHIP, REQUEST_CARD, GtkWidget)

GtkWidget *ship_request_card_new (const ShipRequestRow *request);
gint64     ship_request_card_get_id (ShipRequestCard *self);
/* The answer did not get through: it can be given again. */
void ship_request_card_refused (ShipRequestCard *self);

G_END_DECLS
