/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "base/ship-error-class.h"

G_BEGIN_DECLS

#define SHIP_AGENT_ERROR (ship_agent_error_quark ())
GQuark ship_agent_error_quark (void);

typedef enum
{
  SHIP_AGENT_ERROR_FAILED,
  SHIP_AGENT_ERROR_NOT_READY, /* did not come up in time */
  SHIP_AGENT_ERROR_LOST,      /* its event stream ended or it stopped answering */
  SHIP_AGENT_ERROR_NOT_FOUND, /* no such session or request */
  SHIP_AGENT_ERROR_BUSY,
  SHIP_AGENT_ERROR_REFUSED,  /* it rejected the request as invalid */
  SHIP_AGENT_ERROR_PROTOCOL, /* its answer was not what the protocol says */
  SHIP_AGENT_ERROR_SILENT,   /* connected, and no sign of life: frozen, or the line is dead */
} ShipAgentError;

ShipErrorClass ship_agent_error_classify (const GError *error);

G_END_DECLS
