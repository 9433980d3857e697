/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The filter of system calls for everything inside, compiled. Returns: a descriptor to read it
 * from, or -1 */
int ship_seccomp_open_filter (GError **error);

G_END_DECLS
