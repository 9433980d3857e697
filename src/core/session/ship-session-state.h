/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  SHIP_SESSION_STATE_INVALID, /* never a session's state: "no such transition" */
  SHIP_SESSION_STATE_HIBERNATED,
  SHIP_SESSION_STATE_WAKING,
  SHIP_SESSION_STATE_IDLE,
  SHIP_SESSION_STATE_RUNNING,
  SHIP_SESSION_STATE_WAITING,  /* for an answer of the user */
  SHIP_SESSION_STATE_RETRYING, /* the agent waits to ask its model again, or we to reach it */
  SHIP_SESSION_STATE_HOLDING,  /* the queue waits for the user to go on */
  SHIP_SESSION_STATE_STOPPING,
  SHIP_SESSION_STATE_FAILED,
} ShipSessionState;
#define SHIP_SESSION_N_STATES (SHIP_SESSION_STATE_FAILED + 1)

typedef enum
{
  SHIP_SESSION_EVENT_WAKE,    /* there is work, or the user wants it awake */
  SHIP_SESSION_EVENT_WOKE,    /* sandbox and agent are ready */
  SHIP_SESSION_EVENT_START,   /* the next task begins */
  SHIP_SESSION_EVENT_ASK,     /* the agent asked the user something */
  SHIP_SESSION_EVENT_RETRY,   /* the agent reports that it retries, or is not reached */
  SHIP_SESSION_EVENT_GO_ON,   /* answered, or the retry went through */
  SHIP_SESSION_EVENT_DONE,    /* the turn has ended */
  SHIP_SESSION_EVENT_STOP,    /* the user wants it to stop */
  SHIP_SESSION_EVENT_HOLD,    /* the queue is held back */
  SHIP_SESSION_EVENT_FAILURE, /* whatever was under way failed */
  SHIP_SESSION_EVENT_SLEEP,
} ShipSessionEvent;
#define SHIP_SESSION_N_EVENTS (SHIP_SESSION_EVENT_SLEEP + 1)

/* The state that follows, or SHIP_SESSION_STATE_INVALID. A pure function of the table in the .c
 * file. */
ShipSessionState ship_session_state_next (ShipSessionState state, ShipSessionEvent event);

/* The words that are stored and shown: "hibernated", "waking", … */
const char *ship_session_state_to_string (ShipSessionState state);
ShipSessionState
            ship_session_state_from_string (const char *text); /* INVALID for an unknown word */
const char *ship_session_event_to_string (ShipSessionEvent event);

/* Whether a turn is under way: the agent may be doing something. */
gboolean ship_session_state_is_working (ShipSessionState state);

G_END_DECLS
