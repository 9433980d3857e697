/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-backoff.h"

/* The arithmetic of waiting between attempts, for net/ and session/. Pure; any thread. */

guint
ship_backoff_delay_ms (guint attempt, guint base_ms, guint max_ms, double jitter)
{
  guint64 delay = MIN (base_ms, max_ms);

  g_return_val_if_fail (attempt > 0, base_ms);

  /* Doubling stops at the maximum, so that no attempt number can overflow. */
  for (guint i = 1; i < attempt && delay > 0 && delay < max_ms; i++)
    delay = MIN (delay * 2, max_ms);
  delay += (guint64) ((double) delay / 4.0 * CLAMP (jitter, 0.0, 1.0));

  return (guint) MIN (delay, G_MAXUINT);
}
