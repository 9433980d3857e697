/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What can be done with an entry, as a menu at a place of @row (negative: below it). Its actions
 * are the row's, "message.…"; it goes when it is closed. */
void ship_entry_menu_popup (GtkWidget *row, ShipTranscriptEntry *entry, double x, double y);

G_END_DECLS
