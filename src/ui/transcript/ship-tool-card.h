/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One call of a tool: a line that says what, how long and how it ended; what it was given and told
 * when it is opened; what a command prints while it runs.
 *
 * Signals: "resizing": it is about to get another height by the user's doing;
 * "steps" (gboolean): what its agent did is to be shown */
#define SHIP_TYPE_TOOL_CARD (ship_tool_card_get_type ())
G_DECLARE_FINAL_TYPE (ShipToolCard, ship_tool_card, SHIP, TOOL_CARD, GtkWidget)

/* @transcript: where the rest is read when it is opened */
GtkWidget *ship_tool_card_new (ShipTranscript *transcript);
/* Shows what @entry says now. */
void ship_tool_card_update (ShipToolCard *self, ShipTranscriptEntry *entry);
/* Of a tool that started an agent: how many entries are below it, and whether they are shown. */
void ship_tool_card_set_steps (ShipToolCard *self, guint n, gboolean are_shown);

/* What a call is about, in a line: "Edit: src/main.c". (transfer full) */
char *ship_tool_card_dup_name (ShipTranscriptEntry *entry);

G_END_DECLS
