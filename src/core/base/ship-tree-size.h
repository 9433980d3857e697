/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a file or a whole directory takes on the disk, in bytes; nothing for what is not there.
 * Links are not followed; subvolumes are. Stops early when @cancellable is cancelled. On a worker
 * thread. */
guint64 ship_tree_size_thread (const char *path, GCancellable *cancellable);

G_END_DECLS
