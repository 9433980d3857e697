/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"

G_BEGIN_DECLS

/* The status of a row the agent does not list any more although it was not done; ours, not one of
 * the agent's words. */
#define SHIP_TODO_REMOVED "removed"

/*
 * An agent replaces its to-do list as a whole and gives its items no name; this finds out which of
 * them are which, so that a row keeps its id. Pure; any thread.
 *
 * A text keeps its row wherever it moves to, the nearest one if it stands there twice, and comes
 * back to the row that was removed. A new text takes over the row at its own position if that has
 * lost its text, unless the one is done and the other is not: a list for other work is no change of
 * the old one. What is left over vanishes if it was done, else it stays behind the others as
 * removed.
 *
 * @known: (element-type ShipTodoRow): by position, as stored
 * @listed: (element-type ShipTodoRow): what the agent lists now; its ids are ignored
 * Returns: (transfer full) (element-type ShipTodoRow): @listed with the ids of @known (0: new),
 * then the removed ones
 */
GPtrArray *ship_todo_reconcile (GPtrArray *known, GPtrArray *listed);

G_END_DECLS
