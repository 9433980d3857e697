/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "base/ship-error-class.h"

G_BEGIN_DECLS

#define SHIP_SANDBOX_ERROR (ship_sandbox_error_quark ())
GQuark ship_sandbox_error_quark (void);

typedef enum
{
  SHIP_SANDBOX_ERROR_FAILED,
  SHIP_SANDBOX_ERROR_UNAVAILABLE, /* this machine cannot make one: the message has cause and remedy
                                   */
  SHIP_SANDBOX_ERROR_GONE,        /* it has ended */
  SHIP_SANDBOX_ERROR_REFUSED,     /* the guest refused or could not do what was asked */
  SHIP_SANDBOX_ERROR_PROTOCOL,    /* what came from the guest was not to the protocol; it has been
                                     stopped */
  SHIP_SANDBOX_ERROR_LIMIT,       /* it used more than it may and was ended; more has to be allowed
                                   */
} ShipSandboxError;

ShipErrorClass ship_sandbox_error_classify (const GError *error);

G_END_DECLS
