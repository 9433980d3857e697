/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-error.h"

#include <gio/gio.h>

/*
 * The error domain of git/ and what a caller can do about each. Any thread.
 */

G_DEFINE_QUARK (ship_git_error, ship_git_error)

static const ShipErrorClass classes[] = {
  [SHIP_GIT_ERROR_FAILED] = SHIP_ERROR_CLASS_PERSISTENT,
  [SHIP_GIT_ERROR_NOT_A_REPOSITORY] = SHIP_ERROR_CLASS_USER,
  [SHIP_GIT_ERROR_NOT_OWNED] = SHIP_ERROR_CLASS_USER,
  [SHIP_GIT_ERROR_EMPTY] = SHIP_ERROR_CLASS_USER,
  [SHIP_GIT_ERROR_NOT_FOUND] = SHIP_ERROR_CLASS_PERSISTENT,
  [SHIP_GIT_ERROR_NO_IDENTITY] = SHIP_ERROR_CLASS_USER,
  [SHIP_GIT_ERROR_CONFLICT] = SHIP_ERROR_CLASS_USER,
  [SHIP_GIT_ERROR_HOSTILE] = SHIP_ERROR_CLASS_PERSISTENT,
  [SHIP_GIT_ERROR_SECRET] = SHIP_ERROR_CLASS_USER,
  [SHIP_GIT_ERROR_AUTH] = SHIP_ERROR_CLASS_SIGN_IN,
};

ShipErrorClass
ship_git_error_classify (const GError *error)
{
  g_return_val_if_fail (error != NULL, SHIP_ERROR_CLASS_BUG);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SHIP_ERROR_CLASS_CANCELLED;
  if (error->domain == SHIP_GIT_ERROR && error->code >= 0 &&
      error->code < (int) G_N_ELEMENTS (classes))
    return classes[error->code];
  return SHIP_ERROR_CLASS_PERSISTENT;
}
