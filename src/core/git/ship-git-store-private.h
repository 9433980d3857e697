/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The files of a mirror: its directories, and the way new objects get in. Objects come into being
 * in MIRROR/incoming, a quarantine that only we can read; when they have been checked they are made
 * readable for everyone and moved into place. Only the holder of the mirror's lock may call these.
 * Worker threads only.
 */

/* Makes the mirror if it is not there. */
gboolean ship_git_store_ensure (const char *mirror_path, GError **error);

/* An empty quarantine, with "objects/pack" in it; what a crash left there is removed. (transfer
 * full): its path */
char *ship_git_store_open_quarantine (const char *mirror_path, GError **error);
void  ship_git_store_discard_quarantine (const char *quarantine);

/* Moves every object of the quarantine into the mirror and makes it last. */
gboolean ship_git_store_publish (const char *quarantine, const char *mirror_path, GError **error);

G_END_DECLS
