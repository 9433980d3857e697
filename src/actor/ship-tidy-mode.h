/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* ship-session --tidy REPOSITORY: no actor, but what is done beside them (see context/ship-tidy.h),
 * with the least claim on processor and disk. Ends by itself, and on SIGTERM without leaving half
 * of anything. Returns an exit status. */
int ship_tidy_mode_run (const char *repository);

G_END_DECLS
