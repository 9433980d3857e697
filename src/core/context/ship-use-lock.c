/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-use-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * flock(2). Who removes what a lock stands for removes the lock's file as well, so whoever gets a
 * lock looks whether its file is still the one at the path.
 */

#define POLL_INTERVAL_US (20 * 1000)

struct _ShipUseLock
{
  int fd;
};

void
ship_use_lock_free (ShipUseLock *self)
{
  close (self->fd);
  g_free (self);
}

static void
set_error (GError **error, const char *path, int code)
{
  g_set_error (error,
               G_IO_ERROR,
               g_io_error_from_errno (code),
               _ ("The lock file “%s” cannot be used: %s."),
               path,
               g_strerror (code));
}

static gboolean
is_at_path (int fd, const char *path)
{
  struct stat held, there;

  return fstat (fd, &held) == 0 && lstat (path, &there) == 0 && held.st_dev == there.st_dev &&
         held.st_ino == there.st_ino;
}

/* Returns 0, or an errno. */
static int
wait_for (int fd, int operation, GCancellable *cancellable)
{
  while (flock (fd, operation | LOCK_NB) != 0)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        return errno;
      if (g_cancellable_is_cancelled (cancellable))
        return ECANCELED;
      g_usleep (POLL_INTERVAL_US);
    }

  return 0;
}

static ShipUseLock *
acquire (const char *path, int operation, GCancellable *cancellable, GError **error)
{
  int code = 0;

  while (code == 0 && !g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      ShipUseLock *self;
      int          fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

      code = fd >= 0 ? wait_for (fd, operation, cancellable) : errno;
      if (code == 0 && is_at_path (fd, path))
        {
          self = g_new (ShipUseLock, 1);
          self->fd = fd;
          return self;
        }
      if (fd >= 0)
        close (fd);
    }

  if (code == ECANCELED)
    g_cancellable_set_error_if_cancelled (cancellable, error);
  else if (code != 0)
    set_error (error, path, code);
  return NULL;
}

ShipUseLock *
ship_use_lock_share_thread (const char *path, GCancellable *cancellable, GError **error)
{
  return acquire (path, LOCK_SH, cancellable, error);
}

ShipUseLock *
ship_use_lock_seize_thread (const char *path, GCancellable *cancellable, GError **error)
{
  return acquire (path, LOCK_EX, cancellable, error);
}

static ShipUseLock *
try_to (const char *path, int operation)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd >= 0 && flock (fd, operation | LOCK_NB) == 0 && is_at_path (fd, path))
    {
      ShipUseLock *self = g_new (ShipUseLock, 1);

      self->fd = fd;
      return self;
    }
  if (fd >= 0)
    close (fd);
  return NULL;
}

ShipUseLock *
ship_use_lock_try_share_thread (const char *path)
{
  return try_to (path, LOCK_SH);
}

ShipUseLock *
ship_use_lock_try_seize_thread (const char *path)
{
  return try_to (path, LOCK_EX);
}

gboolean
ship_use_lock_soften_thread (ShipUseLock *self, GCancellable *cancellable, GError **error)
{
  int code = wait_for (self->fd, LOCK_SH, cancellable);

  if (code == 0)
    return TRUE;
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    set_error (error, "flock", code);
  return FALSE;
}
