/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-liveness-private.h"

#include "base/ship-names.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Whether what a store says of a session's state can still be true. On a worker thread. */

gboolean
ship_session_is_awake_thread (ShipPaths *paths, const char *session_id)
{
  g_autofree char   *path = NULL;
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gboolean           is_awake;
  int                fd;

  if (!ship_names_is_session_id (session_id))
    return FALSE;
  path = ship_paths_dup_session_socket (paths, session_id);
  if (strlen (path) >= sizeof address.sun_path)
    return FALSE;
  memcpy (address.sun_path, path, strlen (path) + 1);
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return FALSE;
  /* Too many at once still means that somebody listens. */
  is_awake = connect (fd, (const struct sockaddr *) (gpointer) &address, sizeof address) == 0 ||
             errno == EAGAIN;
  close (fd);
  return is_awake;
}

void
ship_session_correct_state_thread (ShipPaths  *paths,
                                   const char *session_id,
                                   char      **state,
                                   char      **detail)
{
  static const char *const asleep[] = { "hibernated", "holding", "failed", NULL };
  gboolean                 was_working = !g_str_equal (*state, "idle");

  if (g_strv_contains (asleep, *state) || ship_session_is_awake_thread (paths, session_id))
    return;
  g_free (*state);
  g_free (*detail);
  *state = g_strdup (was_working ? "failed" : "hibernated");
  *detail = was_working ? g_strdup (_ ("The session's process ended unexpectedly")) : NULL;
}
