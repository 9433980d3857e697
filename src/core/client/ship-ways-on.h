/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a user can do about a turn that failed. */
typedef enum
{
  SHIP_WAY_RETRY = 1 << 0,       /* Resume (again) */
  SHIP_WAY_CONTINUE = 1 << 1,    /* Resume: go on without it */
  SHIP_WAY_DISCARD = 1 << 2,     /* Discard: give up what it changed */
  SHIP_WAY_MODEL = 1 << 3,       /* another model */
  SHIP_WAY_PREFERENCES = 1 << 4, /* a key, a server, a limit */
} ShipWaysOn;

/* @category: (nullable): as it is stored with the task, see ship-error-class.h
 * @is_held: the session waits for the user because of it; otherwise nothing is left to do. */
ShipWaysOn ship_ways_on_get (const char *category, gboolean is_held);

G_END_DECLS
