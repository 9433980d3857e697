/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A prompt that waits. Enter or F2 edits it in place, Alt+Up and Alt+Down move it, Delete removes
 * it; it can be dragged onto another.
 *
 * Signals: "edited" (const char *text), "left": editing ended, "move" (int by), "removed",
 * "send-now", "dropped" (gint64 task): that one was dropped here
 */
#define SHIP_TYPE_QUEUE_ROW (ship_queue_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipQueueRow, ship_queue_row, SHIP, QUEUE_ROW, GtkWidget)

GtkWidget *ship_queue_row_new (gint64 task);
gint64     ship_queue_row_get_task (ShipQueueRow *self);
/* @place: from 1, of @n. What is being edited is left alone. */
void ship_queue_row_set_task (ShipQueueRow *self, const ShipTaskRow *task, guint place, guint n);
/* Whether it can be said into a turn that runs. */
void ship_queue_row_set_working (ShipQueueRow *self, gboolean is_working);
void ship_queue_row_edit (ShipQueueRow *self);

/* What was sent to have @task: its prompt, with the command in front of it. (transfer full) */
char *ship_queue_row_dup_text (const ShipTaskRow *task);

G_END_DECLS
