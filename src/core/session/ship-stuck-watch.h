/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/ship-agent.h"

G_BEGIN_DECLS

/*
 * Notices that an agent at work has told nothing new for a while: no message, no text, no output of
 * a command, of itself or of its sub-agents. A beating heart is no sign of work. Main thread.
 *
 * Signal "stuck" (): nothing new for the whole limit; once, until "work".
 * Signal "work" (): something new after "stuck".
 */
#define SHIP_TYPE_STUCK_WATCH (ship_stuck_watch_get_type ())
G_DECLARE_FINAL_TYPE (ShipStuckWatch, ship_stuck_watch, SHIP, STUCK_WATCH, GObject)

/* Counts from now on, until the last reference is dropped. */
ShipStuckWatch *ship_stuck_watch_new (ShipAgent *agent, guint limit_ms);

/* Something else that counts as new, or a time that does not count: starts over. */
void ship_stuck_watch_touch (ShipStuckWatch *self);

G_END_DECLS
