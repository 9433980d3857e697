/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Removes a mirror that nothing was asked of for @unused_seconds and that keeps nothing of deleted
 * sessions; TRUE when it is gone. The caller knows that no session is made from it. It waits for
 * who writes into the mirror. On a worker thread. */
gboolean ship_git_mirror_prune_thread (const char   *mirror_path,
                                       gint64        unused_seconds,
                                       GCancellable *cancellable);

/* Notes that the mirror is in use. */
void ship_git_mirror_touch_thread (const char *mirror_path);

G_END_DECLS
