/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "agent/ship-agent.h"
#include "session/ship-prompt-prep.h"

G_BEGIN_DECLS

typedef enum
{
  SHIP_TURN_OUTCOME_DONE,
  SHIP_TURN_OUTCOME_STOPPED, /* the user stopped it */
  SHIP_TURN_OUTCOME_FAULT,   /* the agent gave up: ship_turn_get_fault() */
} ShipTurnOutcome;

/*
 * One prompt until the agent is done: an operation object, run once. It outlives a connection that
 * is lost: whoever keeps that connection says when it is back, or breaks the turn. Main thread.
 *
 * Signal "status" (guint ShipAgentStatus, int attempt, gint64 next_ms, const char *text): the
 * agent's own state Signal "activity" (const char *): see ship-activity.h
 * Signal "read" (const char *message_id): the agent has read what was said by ship_turn_steer()
 */
#define SHIP_TYPE_TURN (ship_turn_get_type ())
G_DECLARE_FINAL_TYPE (ShipTurn, ship_turn, SHIP, TURN, GObject)

/* @prompt: copied */
ShipTurn *
ship_turn_new (ShipAgent *agent, const char *agent_session, const ShipAgentPrompt *prompt);

/* Before the run. @prep: (nullable): is run first, and what it finds goes along. */
void ship_turn_set_prep (ShipTurn *self, ShipPromptPrep *prep);
/* Before the run: it is @command of the agent, and the prompt's text its arguments. */
void ship_turn_set_command (ShipTurn *self, const char *command);

/* Says @text into the run as the message @message_id, for the agent to read at its next step; @prep
 * (nullable) as above. The turn does not end before it was read, unless the agent rests for long.
 * FALSE: the run is over or being stopped; nothing is sent. */
gboolean
ship_turn_steer (ShipTurn *self, const char *message_id, const char *text, ShipPromptPrep *prep);

/* Cancelling leaves the agent as it is: call ship_turn_stop() to end what it does. An error means
 * that the prompt did not get through or the turn was broken; the outcome tells the rest. */
void            ship_turn_run_async (ShipTurn           *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean        ship_turn_run_finish (ShipTurn *self, GAsyncResult *result, GError **error);
ShipTurnOutcome ship_turn_get_outcome (ShipTurn *self);

const ShipAgentFault *ship_turn_get_fault (ShipTurn *self); /* (nullable) */
/* Whether the agent was seen to rest, with nothing left that it has not read: if not, it may go on
 * after a stop. */
gboolean    ship_turn_is_agent_idle (ShipTurn *self);
const char *ship_turn_get_summary (ShipTurn *self); /* (nullable): the last text of the agent */

/* The connection was lost and is back, and what was missed has been told as events. */
void ship_turn_caught_up (ShipTurn *self);

/* Tells the agent to stop; the run then ends by itself, at the latest after two seconds. */
void ship_turn_stop (ShipTurn *self);

/* What it needs has gone: the run ends with a copy of @error. */
void ship_turn_break (ShipTurn *self, const GError *error);

G_END_DECLS
