/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "agent/ship-agent-event.h"
#include "base/ship-error-class.h"

G_BEGIN_DECLS

#define SHIP_SESSION_ERROR (ship_session_error_quark ())
GQuark ship_session_error_quark (void);

typedef enum
{
  SHIP_SESSION_ERROR_FAILED,
  SHIP_SESSION_ERROR_INVALID,    /* what was asked makes no sense */
  SHIP_SESSION_ERROR_NOT_FOUND,  /* no such task or request */
  SHIP_SESSION_ERROR_CONFLICT,   /* not in this state */
  SHIP_SESSION_ERROR_CLOSING,    /* it is just going to sleep; nothing was done */
  SHIP_SESSION_ERROR_NEEDS_USER, /* a key, a server: the sentence says what to do */
  SHIP_SESSION_ERROR_FAULT, /* this and above: the agent gave up; the class is the code minus this
                               one */
} ShipSessionError;

/* What an agent gave up with, as an error whose class is the fault's. */
GError *ship_session_error_new_for_fault (const ShipAgentFault *fault);

/* Any error that can reach a session, from whichever layer: the one place where the domains meet.
 */
ShipErrorClass ship_session_error_classify (const GError *error);

G_END_DECLS
