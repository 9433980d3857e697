/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the agent itself has to do, as it keeps its list. A line stays the same widget as long as
 * its entry has the same id. */
#define SHIP_TYPE_TODO_LIST (ship_todo_list_get_type ())
G_DECLARE_FINAL_TYPE (ShipTodoList, ship_todo_list, SHIP, TODO_LIST, GtkWidget)

GtkWidget *ship_todo_list_new (void);
/* @todos: (element-type ShipTodoRow) (nullable): none. @agent_session: (nullable): the session's
 * own; what others have to do stands further in */
void ship_todo_list_set (ShipTodoList *self, GPtrArray *todos, const char *agent_session);

G_END_DECLS
