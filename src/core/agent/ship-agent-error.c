/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/ship-agent-error.h"

#include <gio/gio.h>

/* The errors of an agent that is spoken to. Pure functions, any thread. */

G_DEFINE_QUARK (ship_agent_error, ship_agent_error)

ShipErrorClass
ship_agent_error_classify (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SHIP_ERROR_CLASS_CANCELLED;
  if (error->domain != SHIP_AGENT_ERROR)
    return SHIP_ERROR_CLASS_BUG;

  switch ((ShipAgentError) error->code)
    {
    case SHIP_AGENT_ERROR_NOT_READY:
    case SHIP_AGENT_ERROR_LOST:
    case SHIP_AGENT_ERROR_SILENT:
    case SHIP_AGENT_ERROR_BUSY:
      return SHIP_ERROR_CLASS_RETRY;
    case SHIP_AGENT_ERROR_FAILED:
    case SHIP_AGENT_ERROR_NOT_FOUND:
    case SHIP_AGENT_ERROR_REFUSED:
    case SHIP_AGENT_ERROR_PROTOCOL:
      return SHIP_ERROR_CLASS_PERSISTENT;
    }

  return SHIP_ERROR_CLASS_BUG;
}
