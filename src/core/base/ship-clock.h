/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The wall clock, which may be set at any moment, forwards and back. It says when something was and
 * which day it is; how long to wait, and what came first, is never asked of it: timers and
 * g_get_monotonic_time() wait, and rows have an order of their own. What has to be told in
 * wall-clock time all the same goes through the functions here. Pure but for the first; any thread.
 */

/* Milliseconds since 1970. */
gint64 ship_clock_now_ms (void);

/* From @now_ms until @at_ms: never negative and never more than @max_ms, whatever the clock did
 * between the two being taken down. @at_ms may be any number. */
gint64 ship_clock_left_ms (gint64 at_ms, gint64 now_ms, gint64 max_ms);

/* Since @then_ms; 0 when that is yet to come, by a clock that was set back. */
gint64 ship_clock_age_ms (gint64 then_ms, gint64 now_ms);

G_END_DECLS
