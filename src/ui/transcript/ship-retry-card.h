/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-handle.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shown while a session waits to try something again: why, and when, counted down. */
#define SHIP_TYPE_RETRY_CARD (ship_retry_card_get_type ())
G_DECLARE_FINAL_TYPE (ShipRetryCard, ship_retry_card, SHIP, RETRY_CARD, GtkWidget)

GtkWidget *ship_retry_card_new (void);
/* Shows or hides itself. */
void ship_retry_card_update (ShipRetryCard *self, ShipSessionHandle *handle);

G_END_DECLS
