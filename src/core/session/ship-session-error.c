/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-error.h"

#include "agent/ship-agent-error.h"
#include "git/ship-git-error.h"
#include "sandbox/ship-sandbox-error.h"
#include "store/ship-store.h"

#include <gio/gio.h>

/*
 * The table of domains: each hands its own errors to its own classifier.
 */

G_DEFINE_QUARK (ship_session_error, ship_session_error)

static ShipErrorClass
classify_store (const GError *error)
{
  switch ((ShipStoreError) error->code)
    {
    case SHIP_STORE_ERROR_BUSY:
      return SHIP_ERROR_CLASS_RETRY;
    case SHIP_STORE_ERROR_FULL:
    case SHIP_STORE_ERROR_READ_ONLY:
    case SHIP_STORE_ERROR_TOO_NEW:
      return SHIP_ERROR_CLASS_USER;
    case SHIP_STORE_ERROR_FAILED:
    case SHIP_STORE_ERROR_DAMAGED:
    case SHIP_STORE_ERROR_CLOSED:
      return SHIP_ERROR_CLASS_BUG;
    }

  return SHIP_ERROR_CLASS_BUG;
}

GError *
ship_session_error_new_for_fault (const ShipAgentFault *fault)
{
  return g_error_new_literal (SHIP_SESSION_ERROR,
                              SHIP_SESSION_ERROR_FAULT + (int) fault->error_class,
                              fault->text);
}

static ShipErrorClass
classify_session (const GError *error)
{
  if (error->code >= SHIP_SESSION_ERROR_FAULT)
    return (ShipErrorClass) (error->code - SHIP_SESSION_ERROR_FAULT);

  if (error->code == SHIP_SESSION_ERROR_NEEDS_USER)
    return SHIP_ERROR_CLASS_USER;

  return error->code == SHIP_SESSION_ERROR_FAILED ? SHIP_ERROR_CLASS_BUG
                                                  : SHIP_ERROR_CLASS_PERSISTENT;
}

ShipErrorClass
ship_session_error_classify (const GError *error)
{
  g_return_val_if_fail (error != NULL, SHIP_ERROR_CLASS_BUG);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SHIP_ERROR_CLASS_CANCELLED;
  if (error->domain == SHIP_SESSION_ERROR)
    return classify_session (error);
  if (error->domain == SHIP_AGENT_ERROR)
    return ship_agent_error_classify (error);
  if (error->domain == SHIP_SANDBOX_ERROR)
    return ship_sandbox_error_classify (error);
  if (error->domain == SHIP_GIT_ERROR)
    return ship_git_error_classify (error);
  if (error->domain == SHIP_STORE_ERROR)
    return classify_store (error);

  return SHIP_ERROR_CLASS_PERSISTENT;
}
