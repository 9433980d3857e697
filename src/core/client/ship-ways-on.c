/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-ways-on.h"

#define HELD (SHIP_WAY_RETRY | SHIP_WAY_CONTINUE | SHIP_WAY_DISCARD)

/* Which ways on make sense for which kind of error. Trying the same again after an error of the
 * user's or for good helps only when something was changed before: that stands first. */

/* clang-format off */
static const struct { const char *category; ShipWaysOn ways; } table[] = {
  { "transient",   HELD | SHIP_WAY_MODEL },
  { "user-action", HELD | SHIP_WAY_PREFERENCES | SHIP_WAY_MODEL },
  { "persistent",  HELD | SHIP_WAY_MODEL },
  { "fatal",       HELD },
};
/* clang-format on */

ShipWaysOn
ship_ways_on_get (const char *category, gboolean is_held)
{
  if (!is_held)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (table[i].category, category) == 0)
      return table[i].ways;

  return HELD;
}
