/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "widgets/ship-duration.h"

#include <glib/gi18n-lib.h>

char *
ship_duration_format (gint64 ms)
{
  gint64 seconds = ms / 1000;

  if (ms < 0)
    return g_strdup ("");
  if (ms < 950)
    return g_strdup_printf (_ ("%.1f s"), (double) ms / 1000);
  if (seconds < 60)
    return g_strdup_printf (_ ("%d s"), (int) MAX (seconds, 1));
  if (seconds < 60 * 60)
    return g_strdup_printf (_ ("%d min %d s"), (int) (seconds / 60), (int) (seconds % 60));

  return g_strdup_printf (_ ("%d h %d min"), (int) (seconds / 3600), (int) (seconds / 60 % 60));
}
