/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-lock-private.h"

#include "client/ship-session-client.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <unistd.h>

int
ship_session_lock_thread (ShipPaths *paths, const char *session_id, GError **error)
{
  g_autofree char *path = ship_paths_dup_session_lock (paths, session_id);
  int              fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      int code = errno;

      g_set_error (error,
                   G_IO_ERROR,
                   g_io_error_from_errno (code),
                   _ ("“%s” could not be opened: %s"),
                   path,
                   g_strerror (code));
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  close (fd);
  g_set_error_literal (error,
                       SHIP_CLIENT_ERROR,
                       SHIP_CLIENT_ERROR_CONFLICT,
                       _ ("The session is still running"));
  return -1;
}
