/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "base/ship-error-class.h"

G_BEGIN_DECLS

#define SHIP_GIT_ERROR (ship_git_error_quark ())
GQuark ship_git_error_quark (void);

typedef enum
{
  SHIP_GIT_ERROR_FAILED,
  SHIP_GIT_ERROR_NOT_A_REPOSITORY,
  SHIP_GIT_ERROR_NOT_OWNED,   /* it belongs to another user; git's safe.directory */
  SHIP_GIT_ERROR_EMPTY,       /* no commit yet */
  SHIP_GIT_ERROR_NOT_FOUND,   /* no such commit, branch or path */
  SHIP_GIT_ERROR_NO_IDENTITY, /* user.name or user.email is not set */
  SHIP_GIT_ERROR_CONFLICT,    /* the branch has moved; nothing was changed */
  SHIP_GIT_ERROR_HOSTILE, /* what came out of the sandbox must not become a commit; the message says
                             why */
  SHIP_GIT_ERROR_SECRET,  /* a file holds what looks like a credential; the message says which file
                             and line */
  SHIP_GIT_ERROR_AUTH,
} ShipGitError;

ShipErrorClass ship_git_error_classify (const GError *error);

G_END_DECLS
