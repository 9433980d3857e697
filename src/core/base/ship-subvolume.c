/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-subvolume.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define ROOT_INODE 256 /* of each subvolume: BTRFS_FIRST_FREE_OBJECTID */

/* Fails, with errno set, where the file system is another: its ioctls could have the same number.
 */
static int
open_directory (const char *path)
{
  int           fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct statfs status;

  if (fd < 0 || (fstatfs (fd, &status) == 0 && status.f_type == BTRFS_SUPER_MAGIC))
    return fd;

  close (fd);
  errno = EOPNOTSUPP;
  return -1;
}

static gboolean
set_error (GError **error, const char *path)
{
  int code = errno;

  g_set_error (error,
               G_IO_ERROR,
               g_io_error_from_errno (code),
               _ ("The subvolume “%s” could not be made: %s"),
               path,
               g_strerror (code));
  return FALSE;
}

/* Has the parent of @path do @request, of which @source is the subject, if it is one. */
static gboolean
make (const char *path, unsigned long request, int source, GError **error)
{
  struct btrfs_ioctl_vol_args arguments = { .fd = source };
  g_autofree char            *parent = g_path_get_dirname (path);
  g_autofree char            *name = g_path_get_basename (path);
  int                         fd = open_directory (parent);
  gboolean                    made = FALSE;

  if (g_strlcpy (arguments.name, name, sizeof arguments.name) >= sizeof arguments.name)
    errno = ENAMETOOLONG;
  else
    made = fd >= 0 && ioctl (fd, request, &arguments) == 0;
  if (!made)
    set_error (error, path);
  if (fd >= 0)
    close (fd);

  return made;
}

gboolean
ship_subvolume_make_thread (const char *path, GError **error)
{
  g_return_val_if_fail (g_path_is_absolute (path), FALSE);

  return make (path, BTRFS_IOC_SUBVOL_CREATE, -1, error);
}

gboolean
ship_subvolume_copy_thread (const char *source, const char *path, GError **error)
{
  int      fd = open_directory (source);
  gboolean copied;

  g_return_val_if_fail (g_path_is_absolute (path), FALSE);

  if (fd < 0)
    return set_error (error, path);
  copied = make (path, BTRFS_IOC_SNAP_CREATE, fd, error);
  close (fd);

  return copied;
}

gboolean
ship_subvolume_is_one_thread (const char *path)
{
  int         fd = open_directory (path);
  struct stat status;
  gboolean    is_one = fd >= 0 && fstat (fd, &status) == 0 && status.st_ino == ROOT_INODE;

  if (fd >= 0)
    close (fd);
  return is_one;
}

gboolean
ship_subvolume_remove_thread (int directory, const char *name)
{
  struct btrfs_ioctl_vol_args arguments = { 0 };
  struct stat                 status;

  return fstatat (directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR (status.st_mode) &&
         status.st_ino == ROOT_INODE &&
         g_strlcpy (arguments.name, name, sizeof arguments.name) < sizeof arguments.name &&
         ioctl (directory, BTRFS_IOC_SNAP_DESTROY, &arguments) == 0;
}

static void
remove_trial (const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  int              fd = open_directory (parent);

  if (fd < 0)
    return;
  if (!ship_subvolume_remove_thread (fd, name))
    unlinkat (fd, name, AT_REMOVEDIR);
  close (fd);
}

gboolean
ship_subvolume_can_copy_thread (const char *from, const char *to)
{
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *name = g_strconcat (".trial-", unique, NULL);
  g_autofree char *source = g_build_filename (from, name, NULL);
  g_autofree char *copy_name = g_strconcat (name, "-copy", NULL);
  g_autofree char *copy = g_build_filename (to, copy_name, NULL);
  gboolean         can;

  if (!ship_subvolume_make_thread (source, NULL))
    return FALSE;
  can = ship_subvolume_copy_thread (source, copy, NULL);
  if (can)
    remove_trial (copy);
  remove_trial (source);

  return can;
}
