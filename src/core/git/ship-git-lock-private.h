/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The right to write into a mirror, across threads and processes: a lock file beside it. Worker
 * threads only. */
typedef struct _ShipGitLock ShipGitLock;

/* Waits until it is free or @cancellable is cancelled. (transfer full) */
ShipGitLock *
ship_git_lock_acquire_thread (const char *mirror_path, GCancellable *cancellable, GError **error);
void ship_git_lock_free (ShipGitLock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGitLock, ship_git_lock_free)

G_END_DECLS
