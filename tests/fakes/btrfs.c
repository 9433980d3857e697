/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "btrfs.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#define SIZE ((off_t) 600 << 20)

static gboolean
run (char **reason, const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *errors = NULL;
  int              status = 0;

  if (g_spawn_sync (NULL,
                    (char **) argv,
                    NULL,
                    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                    NULL,
                    NULL,
                    NULL,
                    &errors,
                    &status,
                    &error) &&
      g_spawn_check_wait_status (status, &error))
    return TRUE;
  *reason = g_strdup_printf ("%s: %s", error->message, errors != NULL ? g_strstrip (errors) : "");
  return FALSE;
}

static gboolean
make_image (const char *image)
{
  int      fd = open (image, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  gboolean made = fd >= 0 && ftruncate (fd, SIZE) == 0;

  if (fd >= 0)
    close (fd);
  return made;
}

char *
btrfs_mount (const char *directory, char **reason)
{
  g_autofree char  *image = g_build_filename (directory, "btrfs.img", NULL);
  g_autofree char  *target = g_build_filename (directory, "b", NULL);
  const char *const make[] = { "mkfs.btrfs", "-q", image, NULL };
  const char *const mount_it[] = { "mount", "-o", "loop", image, target, NULL };
  gboolean          is_mounted;

  if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      g_mkdir (target, 0700) != 0 || !make_image (image))
    {
      *reason = g_strdup (g_strerror (errno));
      return NULL;
    }
  is_mounted = run (reason, make) && run (reason, mount_it);
  g_unlink (image); /* the mount holds it */

  return is_mounted ? g_steal_pointer (&target) : NULL;
}

void
btrfs_unmount (const char *mounted)
{
  umount2 (mounted, MNT_DETACH);
}
