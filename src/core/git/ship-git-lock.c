/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-lock-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "git/ship-git-error.h"

/*
 * An flock(2) on MIRROR.lock: the kernel gives it up when the process ends, however it ends. Two
 * workers of one process exclude each other as well, because each opens the file anew. Worker
 * threads only.
 */

#define POLL_INTERVAL_US (20 * 1000)

struct _ShipGitLock
{
  int fd;
};

void
ship_git_lock_free (ShipGitLock *self)
{
  close (self->fd);
  g_free (self);
}

static ShipGitLock *
fail (const char *path, int code, GError **error)
{
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_FAILED,
               _ ("The lock file “%s” cannot be used: %s."),
               path,
               g_strerror (code));
  return NULL;
}

ShipGitLock *
ship_git_lock_acquire_thread (const char *mirror_path, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_strconcat (mirror_path, ".lock", NULL);
  g_autofree char *parent = g_path_get_dirname (mirror_path);
  g_autoptr (ShipGitLock) lock = NULL;
  int fd;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (g_mkdir_with_parents (parent, 0700) != 0)
    return fail (parent, errno, error);
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail (path, errno, error);
  lock = g_new (ShipGitLock, 1);
  lock->fd = fd;
  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        return fail (path, errno, error);
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      g_usleep (POLL_INTERVAL_US);
    }
  return g_steal_pointer (&lock);
}
