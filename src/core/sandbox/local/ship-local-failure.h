/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What @text, which ship-launch or bubblewrap wrote before it gave up, means for the user: cause
 * and remedy.
 * @sysctl_dir: /proc/sys, or what stands for it in a test. Returns: (transfer full) */
GError *ship_local_failure_new (const char *text, const char *sysctl_dir);

/* bubblewrap is not installed. Returns: (transfer full) */
GError *ship_local_failure_new_missing (void);

G_END_DECLS
