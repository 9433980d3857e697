/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One call of a tool: a line that says what, how long and how it ended, and what it printed when it
 * is opened. */
#define SHIP_TYPE_TOOL_CARD (ship_tool_card_get_type ())
G_DECLARE_FINAL_TYPE (ShipToolCard, ship_tool_card, SHIP, TOOL_CARD, GtkWidget)

GtkWidget *ship_tool_card_new (void);
/* Shows what @entry says now. */
void ship_tool_card_update (ShipToolCard *self, ShipTranscriptEntry *entry);

G_END_DECLS
