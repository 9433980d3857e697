/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-client-error-private.h"

#include <glib/gi18n-lib.h>

/* The client's errors, and what a ship-session answers made into them: by the error's exact name.
 * Any thread. */

G_DEFINE_QUARK (ship_client_error, ship_client_error)

/* clang-format off */
static const struct
{
  const char     *name;
  ShipClientError code;
} remote_errors[] = {
  { "dev.ship.Error.Invalid",  SHIP_CLIENT_ERROR_INVALID },
  { "dev.ship.Error.NotFound", SHIP_CLIENT_ERROR_NOT_FOUND },
  { "dev.ship.Error.Conflict", SHIP_CLIENT_ERROR_CONFLICT },
  { "dev.ship.Error.NeedsUser", SHIP_CLIENT_ERROR_NEEDS_USER },
  { "dev.ship.Error.Closing",  SHIP_CLIENT_ERROR_CLOSING },
  { "dev.ship.Error.Failed",   SHIP_CLIENT_ERROR_FAILED },
};
/* clang-format on */

ShipErrorClass
ship_client_error_classify (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SHIP_ERROR_CLASS_CANCELLED;
  if (error->domain != SHIP_CLIENT_ERROR)
    return SHIP_ERROR_CLASS_BUG;

  switch ((ShipClientError) error->code)
    {
    case SHIP_CLIENT_ERROR_GONE:
    case SHIP_CLIENT_ERROR_CLOSING:
      return SHIP_ERROR_CLASS_RETRY;
    case SHIP_CLIENT_ERROR_NEEDS_USER:
      return SHIP_ERROR_CLASS_USER;
    case SHIP_CLIENT_ERROR_NOT_FOUND:
    case SHIP_CLIENT_ERROR_INVALID:
    case SHIP_CLIENT_ERROR_CONFLICT:
    case SHIP_CLIENT_ERROR_FAILED:
      return SHIP_ERROR_CLASS_PERSISTENT;
    }
  return SHIP_ERROR_CLASS_BUG;
}

static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY);
}

GError *
ship_client_error_from_call (GError *error)
{
  g_autoptr (GError) owned = error;
  g_autofree char *name = g_dbus_error_get_remote_error (owned);
  ShipClientError  code = SHIP_CLIENT_ERROR_FAILED;

  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&owned);
  if (is_gone (owned))
    return g_error_new_literal (SHIP_CLIENT_ERROR,
                                SHIP_CLIENT_ERROR_GONE,
                                _ ("The session's process has ended"));

  g_dbus_error_strip_remote_error (owned);
  for (guint i = 0; i < G_N_ELEMENTS (remote_errors); i++)
    if (g_strcmp0 (name, remote_errors[i].name) == 0)
      code = remote_errors[i].code;
  return g_error_new_literal (SHIP_CLIENT_ERROR, code, owned->message);
}
