/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-state.h"

/*
 * The whole life of a session as a table: state by event to state. Nothing else decides what may
 * follow what. An empty cell is SHIP_SESSION_STATE_INVALID.
 */

#define S(name) SHIP_SESSION_STATE_##name
#define E(name) SHIP_SESSION_EVENT_##name

/* clang-format off */
static const guint8 transitions[SHIP_SESSION_N_STATES][SHIP_SESSION_N_EVENTS] = {
  [S (HIBERNATED)] = { [E (WAKE)] = S (WAKING), [E (HOLD)] = S (HOLDING), [E (FAILURE)] = S (FAILED) },
  [S (WAKING)]     = { [E (WOKE)] = S (IDLE), [E (STOP)] = S (STOPPING), [E (SLEEP)] = S (HIBERNATED),
                       [E (FAILURE)] = S (FAILED) },
  [S (IDLE)]       = { [E (START)] = S (RUNNING), [E (HOLD)] = S (HOLDING), [E (SLEEP)] = S (HIBERNATED),
                       [E (FAILURE)] = S (FAILED) },
  [S (RUNNING)]    = { [E (ASK)] = S (WAITING), [E (RETRY)] = S (RETRYING), [E (DONE)] = S (IDLE),
                       [E (STOP)] = S (STOPPING), [E (HOLD)] = S (HOLDING), [E (FAILURE)] = S (FAILED) },
  [S (WAITING)]    = { [E (GO_ON)] = S (RUNNING), [E (RETRY)] = S (RETRYING), [E (DONE)] = S (IDLE),
                       [E (STOP)] = S (STOPPING), [E (HOLD)] = S (HOLDING), [E (FAILURE)] = S (FAILED) },
  [S (RETRYING)]   = { [E (GO_ON)] = S (RUNNING), [E (ASK)] = S (WAITING), [E (RETRY)] = S (RETRYING),
                       [E (DONE)] = S (IDLE), [E (STOP)] = S (STOPPING), [E (HOLD)] = S (HOLDING),
                       [E (FAILURE)] = S (FAILED) },
  [S (HOLDING)]    = { [E (WAKE)] = S (WAKING), [E (HOLD)] = S (HOLDING), [E (FAILURE)] = S (FAILED),
                       [E (SLEEP)] = S (HIBERNATED) },
  [S (STOPPING)]   = { [E (DONE)] = S (IDLE), [E (HOLD)] = S (HOLDING), [E (FAILURE)] = S (FAILED) },
  [S (FAILED)]     = { [E (WAKE)] = S (WAKING), [E (SLEEP)] = S (HIBERNATED), [E (FAILURE)] = S (FAILED) },
};

static const char *const state_words[SHIP_SESSION_N_STATES] = {
  [S (INVALID)]  = "invalid",  [S (HIBERNATED)] = "hibernated", [S (WAKING)]   = "waking",
  [S (IDLE)]     = "idle",     [S (RUNNING)]    = "running",    [S (WAITING)]  = "waiting",
  [S (RETRYING)] = "retrying", [S (HOLDING)]    = "holding",    [S (STOPPING)] = "stopping",
  [S (FAILED)]   = "failed",
};

static const char *const event_words[SHIP_SESSION_N_EVENTS] = {
  [E (WAKE)]  = "wake",  [E (WOKE)] = "woke", [E (START)] = "start",     [E (ASK)]   = "ask",
  [E (RETRY)] = "retry", [E (GO_ON)] = "go-on", [E (DONE)] = "done",     [E (STOP)]  = "stop",
  [E (HOLD)]  = "hold",  [E (FAILURE)] = "failure", [E (SLEEP)] = "sleep",
};
/* clang-format on */

ShipSessionState
ship_session_state_next (ShipSessionState state, ShipSessionEvent event)
{
  g_return_val_if_fail (state < SHIP_SESSION_N_STATES, SHIP_SESSION_STATE_INVALID);
  g_return_val_if_fail (event < SHIP_SESSION_N_EVENTS, SHIP_SESSION_STATE_INVALID);

  return transitions[state][event];
}

const char *
ship_session_state_to_string (ShipSessionState state)
{
  g_return_val_if_fail (state < SHIP_SESSION_N_STATES, NULL);

  return state_words[state];
}

ShipSessionState
ship_session_state_from_string (const char *text)
{
  for (guint i = SHIP_SESSION_STATE_HIBERNATED; i < SHIP_SESSION_N_STATES; i++)
    if (g_strcmp0 (text, state_words[i]) == 0)
      return i;

  return SHIP_SESSION_STATE_INVALID;
}

const char *
ship_session_event_to_string (ShipSessionEvent event)
{
  g_return_val_if_fail (event < SHIP_SESSION_N_EVENTS, NULL);

  return event_words[event];
}

gboolean
ship_session_state_is_working (ShipSessionState state)
{
  return state == SHIP_SESSION_STATE_RUNNING || state == SHIP_SESSION_STATE_WAITING ||
         state == SHIP_SESSION_STATE_RETRYING || state == SHIP_SESSION_STATE_STOPPING;
}
