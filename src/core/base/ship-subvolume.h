/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Directories of btrfs that are copied at once, whatever is in them: the copy ("snapshot") shares
 * what neither has changed. By the kernel's ioctls (linux/btrfs.h), as their owner: no privilege is
 * needed. On any other file system making one fails with G_IO_ERROR_NOT_SUPPORTED. Any thread; they
 * wait for disks.
 */

/* @path: is not there yet; its parent is. */
gboolean ship_subvolume_make_thread (const char *path, GError **error);

/* @source: a subvolume of ours on the same file system as @path, which is not there yet. What lies
 * in a subvolume within @source is not copied. */
gboolean ship_subvolume_copy_thread (const char *source, const char *path, GError **error);

gboolean ship_subvolume_is_one_thread (const char *path);

/* Whether subvolumes made in @from can be copied into @to: tried out. Both are there. */
gboolean ship_subvolume_can_copy_thread (const char *from, const char *to);

/* Removes one with all that is in it, at once, where its owner may do so; FALSE is no failure: it
 * is to be emptied and removed like a directory, then. @directory: descriptor of its parent */
gboolean ship_subvolume_remove_thread (int directory, const char *name);

G_END_DECLS
