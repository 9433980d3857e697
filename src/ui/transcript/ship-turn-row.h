/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The foot of a turn: what it took; of one that failed why, and what can be done about it. The ways
 * on are the actions "turn.retry", "turn.continue", "turn.discard", "turn.choose-model" of a widget
 * above it, and "app.preferences". */
#define SHIP_TYPE_TURN_ROW (ship_turn_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipTurnRow, ship_turn_row, SHIP, TURN_ROW, GtkWidget)

GtkWidget *ship_turn_row_new (void);
/* @is_held: the session waits for the user because of this turn */
void ship_turn_row_update (ShipTurnRow *self, ShipTranscriptEntry *entry, gboolean is_held);

G_END_DECLS
