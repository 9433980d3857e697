/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The delay before attempt number @attempt (the first retry is 1), in milliseconds: @base_ms
 * doubled for each further attempt, at most @max_ms, plus up to a quarter of it by @jitter (0.0
 * to 1.0). */
guint ship_backoff_delay_ms (guint attempt, guint base_ms, guint max_ms, double jitter);

G_END_DECLS
