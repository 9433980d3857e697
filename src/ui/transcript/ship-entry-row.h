/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One entry of a conversation, in the shape of its kind. Follows the entry while it grows, at most
 * once a frame. */
#define SHIP_TYPE_ENTRY_ROW (ship_entry_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipEntryRow, ship_entry_row, SHIP, ENTRY_ROW, GtkWidget)

GtkWidget *ship_entry_row_new (ShipTranscriptEntry *entry);

G_END_DECLS
