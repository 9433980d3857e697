/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * One entry of a conversation, in the shape of its kind. Follows the entry while it grows: only in
 * sight, at most once a frame, and so seldom that it takes a small part of the time.
 *
 * Signals: "resizing": it is about to get another height by what the user did in it; "steps"
 * (gboolean): what its agent did is to be shown; "selected": it was chosen, or is not any more;
 * "make-task": a task is to be made of it
 */
#define SHIP_TYPE_ENTRY_ROW (ship_entry_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipEntryRow, ship_entry_row, SHIP, ENTRY_ROW, GtkWidget)

GtkWidget           *ship_entry_row_new (ShipTranscript *transcript, ShipTranscriptEntry *entry);
ShipTranscriptEntry *ship_entry_row_get_entry (ShipEntryRow *self);
void                 ship_entry_row_set_in_sight (ShipEntryRow *self, gboolean is_in_sight);
/* The session waits for the user because of this turn. */
void ship_entry_row_set_held (ShipEntryRow *self, gboolean is_held);
void ship_entry_row_set_steps (ShipEntryRow *self, guint n, gboolean are_shown);
/* Shows a box to choose it by. */
void     ship_entry_row_set_selecting (ShipEntryRow *self, gboolean is_selecting);
gboolean ship_entry_row_is_selected (ShipEntryRow *self);
void     ship_entry_row_set_selected (ShipEntryRow *self, gboolean is_selected);
/* Marks @text where it stands. (nullable): nothing */
void ship_entry_row_highlight (ShipEntryRow *self, const char *text, gboolean is_current);

G_END_DECLS
