/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/ship-agent.h"
#include "session/ship-patience.h"

G_BEGIN_DECLS

/*
 * Keeps the connection to an agent that runs: when it is lost, tries to reach the agent again with
 * a growing pause, and when it is back has the agent tell what was missed, in place. Main thread.
 *
 * Signal "down" (const char *sentence, gint64 next_ms): there is no connection. Emitted for each
 * try; next_ms is the wall-clock time of the next one, 0: it is under way.
 * Signal "up" (): connected again, and all that was missed has been emitted by the agent.
 * Signal "given-up" (GError): the agent did not come back in time; nothing is tried any more.
 */
#define SHIP_TYPE_AGENT_LINK (ship_agent_link_get_type ())
G_DECLARE_FINAL_TYPE (ShipAgentLink, ship_agent_link, SHIP, AGENT_LINK, GObject)

/* @agent: connected already. @patience: copied. */
ShipAgentLink *ship_agent_link_new (ShipAgent *agent, const ShipPatience *patience);

/* Which of the agent's sessions is caught up with; its sub-agents come with it. */
void     ship_agent_link_set_session (ShipAgentLink *self, const char *agent_session);
gboolean ship_agent_link_is_up (ShipAgentLink *self);

/* No signal is emitted after this. */
void ship_agent_link_stop (ShipAgentLink *self);

G_END_DECLS
