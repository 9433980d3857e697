/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-clock.h"

/* See the header. */

gint64
ship_clock_now_ms (void)
{
  return g_get_real_time () / 1000;
}

gint64
ship_clock_left_ms (gint64 at_ms, gint64 now_ms, gint64 max_ms)
{
  /* Compared before it is subtracted: both may be far apart. */
  if (at_ms <= now_ms)
    return 0;
  if (now_ms < 0 || at_ms - now_ms > max_ms)
    return max_ms;

  return at_ms - now_ms;
}

gint64
ship_clock_age_ms (gint64 then_ms, gint64 now_ms)
{
  if (then_ms >= now_ms)
    return 0;

  return then_ms < 0 ? now_ms : now_ms - then_ms;
}
