/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-handle.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The prompts that wait, in their order, above where one is written; hidden while there are none.
 * Shows what the session's snapshot has, and asks the session for every change.
 *
 * Signals: "failed" (const char *sentence), "left": whoever edited here is done
 */
#define SHIP_TYPE_QUEUE_STRIP (ship_queue_strip_get_type ())
G_DECLARE_FINAL_TYPE (ShipQueueStrip, ship_queue_strip, SHIP, QUEUE_STRIP, GtkWidget)

GtkWidget *ship_queue_strip_new (ShipSessionHandle *handle);
/* Whether there is one to edit. */
gboolean ship_queue_strip_edit_last (ShipQueueStrip *self);

G_END_DECLS
