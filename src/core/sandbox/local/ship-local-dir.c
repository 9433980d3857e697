/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ship-subvolume.h"
#include "sandbox/local/ship-local-sandbox.h"

/*
 * The directories of a sandbox on the host, and whose they are. Their parents stay the caller's
 * alone, so that the sandbox's user, which as root is another one, reaches them through the sandbox
 * only. Stateless.
 */

uid_t
ship_local_sandbox_get_uid (void)
{
  return geteuid () == 0 ? SHIP_SANDBOX_UID : geteuid ();
}

static gboolean
give (int fd, uid_t uid)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    return FALSE;
  if (status.st_uid != uid && fchown (fd, uid, (gid_t) uid) != 0)
    return FALSE;

  return fchmod (fd, 0700) == 0;
}

static gboolean
make_dir (const char *path, GError **error)
{
  int      fd = -1;
  gboolean made = FALSE;

  if (mkdir (path, 0700) == 0 || errno == EEXIST)
    fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0)
    made = give (fd, ship_local_sandbox_get_uid ());
  if (!made)
    g_set_error (error,
                 SHIP_SANDBOX_ERROR,
                 SHIP_SANDBOX_ERROR_FAILED,
                 _ ("The directory “%s” could not be made: %s"),
                 path,
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);

  return made;
}

gboolean
ship_local_sandbox_make_dir (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);

  g_return_val_if_fail (g_path_is_absolute (path), FALSE);

  return ship_paths_make_private_dir (parent, error) && make_dir (path, error);
}

gboolean
ship_local_sandbox_make_volume (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);

  g_return_val_if_fail (g_path_is_absolute (path), FALSE);

  return ship_paths_make_private_dir (parent, error) && ship_subvolume_make_thread (path, error) &&
         make_dir (path, error);
}

gboolean
ship_local_sandbox_make_overlay_dir (const char *path, GError **error)
{
  static const char *const names[] = { "upper", "scratch" };

  if (!ship_local_sandbox_make_dir (path, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *part = g_build_filename (path, names[i], NULL);

      if (!make_dir (part, error))
        return FALSE;
    }

  return TRUE;
}
