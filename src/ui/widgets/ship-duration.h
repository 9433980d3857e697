/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long something took, short: "0.4 s", "12 s", "3 min 5 s", "2 h 10 min"; "" when @ms is
 * negative: not known. (transfer full) */
char *ship_duration_format (gint64 ms);

G_END_DECLS
