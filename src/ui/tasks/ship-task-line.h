/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A task of a session in a GtkListBox: what it is, its state, how long it took, what came of it and
 * what it cost; below, what the agent has to do for it.
 */
#define SHIP_TYPE_TASK_LINE (ship_task_line_get_type ())
G_DECLARE_FINAL_TYPE (ShipTaskLine, ship_task_line, SHIP, TASK_LINE, GtkListBoxRow)

GtkWidget *ship_task_line_new (gint64 id);
gint64     ship_task_line_get_id (ShipTaskLine *self);
/* @task: with the line's id. @cost: US dollars, negative: not known */
void ship_task_line_update (ShipTaskLine *self, const ShipTaskRow *task, double cost);
/* As ship_todo_list_set(). */
void ship_task_line_set_todos (ShipTaskLine *self, GPtrArray *todos, const char *agent_session);
/* Time has passed; whether more will: it is at work. */
gboolean ship_task_line_tick (ShipTaskLine *self);

G_END_DECLS
