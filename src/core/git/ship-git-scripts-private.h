/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For tests without a sandbox: a script with other directories for /work and /run/ship/objects. The
 * paths must not hold anything that a shell would take specially. (transfer full) */
char *ship_git_script_relocate (const char *script, const char *work, const char *objects);

G_END_DECLS
