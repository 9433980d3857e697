/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/ship-sandbox-error.h"

#include <gio/gio.h>

/*
 * The errors of sandboxes, whatever their kind, and what a caller can do about each. Stateless.
 */

G_DEFINE_QUARK (ship_sandbox_error, ship_sandbox_error)

ShipErrorClass
ship_sandbox_error_classify (const GError *error)
{
  g_return_val_if_fail (error != NULL, SHIP_ERROR_CLASS_BUG);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SHIP_ERROR_CLASS_CANCELLED;
  if (error->domain != SHIP_SANDBOX_ERROR)
    return SHIP_ERROR_CLASS_PERSISTENT;

  switch ((ShipSandboxError) error->code)
    {
    case SHIP_SANDBOX_ERROR_GONE:
      return SHIP_ERROR_CLASS_RETRY;
    case SHIP_SANDBOX_ERROR_UNAVAILABLE:
    case SHIP_SANDBOX_ERROR_LIMIT:
      return SHIP_ERROR_CLASS_USER;
    case SHIP_SANDBOX_ERROR_PROTOCOL:
      return SHIP_ERROR_CLASS_BUG;
    case SHIP_SANDBOX_ERROR_FAILED:
    case SHIP_SANDBOX_ERROR_REFUSED:
    default: /* a code from outside the enumeration */
      return SHIP_ERROR_CLASS_PERSISTENT;
    }
}
