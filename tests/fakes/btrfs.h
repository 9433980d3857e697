/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A file system of btrfs in a file, mounted where only this process and its children see it: it is
 * gone with them. Called first in main(), before there is any thread. @directory: on a real disk.
 *
 * Returns: (transfer full) (nullable): where it is; NULL: it cannot be had here, and why (out)
 * (transfer full)
 */
char *btrfs_mount (const char *directory, char **reason);
/* So that its directory can be removed. */
void btrfs_unmount (const char *mounted);

G_END_DECLS
