/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-parts-private.h"

G_BEGIN_DECLS

/* What a session does when something goes wrong; see ship-session-private.h. */

/* ship-session-watch.c */

/* @agent: (nullable): nobody any more */
void     ship_session_watch_agent (ShipSession *self, ShipAgent *agent);
gboolean ship_session_is_linked (ShipSession *self);
/* A turn has begun or ended. */
void ship_session_watch_turn (ShipSession *self);

/* ship-session-retry.c */

/* A wake failed: TRUE when it is tried again after a pause, which is shown. */
gboolean ship_session_retry_wake (ShipSession *self, const GError *error);

/* ship-session-discard.c */

/* The agent is awake: gives up what a task left, if that is wanted, and ends the wake. */
void ship_session_discard_leftovers (ShipSession *self);
/* What the agent has to know about that for its next turn, which is the caller's to tell; NULL when
 * there is nothing. */
const char *ship_session_take_discard_note (ShipSession *self);

/* ship-session-work.c */
void ship_session_end_wake (ShipSession *self, const GError *error);
/* The agent is gone for good; the sandbox may still be there, for the commit under way. */
void ship_session_lose_agent (ShipSession *self, const GError *error);

G_END_DECLS
