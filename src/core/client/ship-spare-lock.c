/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-spare-private.h"

#include "client/ship-session-client.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <unistd.h>

/* An flock(2) on a file in the data directory, which goes with its process. */

#define POLL_INTERVAL_US (20 * 1000)

typedef struct
{
  ShipPaths *paths; /* (owned) */
  guint      patience_ms;
} Locking;

static void
locking_free (Locking *self)
{
  ship_paths_unref (self->paths);
  g_free (self);
}

static int
open_file (ShipPaths *paths, GError **error)
{
  const char      *dir = ship_paths_get_data_dir (paths);
  g_autofree char *path = g_build_filename (dir, "spares.lock", NULL);
  int              fd = -1;

  if (!ship_paths_make_private_dir (dir, error))
    return -1;
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    {
      int code = errno;

      g_set_error (error,
                   G_IO_ERROR,
                   g_io_error_from_errno (code),
                   _ ("“%s” could not be opened: %s"),
                   path,
                   g_strerror (code));
    }
  return fd;
}

static gboolean
wait_for (int fd, guint patience_ms, GCancellable *cancellable, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) patience_ms * 1000;

  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (g_get_monotonic_time () >= deadline)
        {
          g_set_error_literal (error,
                               SHIP_CLIENT_ERROR,
                               SHIP_CLIENT_ERROR_CONFLICT,
                               _ ("Another process is busy with the spare sandboxes"));
          return FALSE;
        }
      g_usleep (POLL_INTERVAL_US);
    }
  return TRUE;
}

static void
lock_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Locking *self = data;
  GError  *error = NULL;
  int      fd = open_file (self->paths, &error);

  if (fd >= 0 && !wait_for (fd, self->patience_ms, cancellable, &error))
    {
      close (fd);
      fd = -1;
    }
  if (fd >= 0)
    g_task_return_int (task, fd);
  else
    g_task_return_error (task, error);
}

void
ship_spare_lock_async (ShipPaths          *paths,
                       guint               patience_ms,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Locking *self = g_new0 (Locking, 1);

  g_task_set_source_tag (task, ship_spare_lock_async);
  g_task_set_check_cancellable (task, FALSE); /* a descriptor must not be lost */
  g_task_set_task_data (task, self, (GDestroyNotify) locking_free);
  self->paths = ship_paths_ref (paths);
  self->patience_ms = patience_ms;
  g_task_run_in_thread (task, lock_thread);
}

int
ship_spare_lock_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), -1);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_spare_lock_async), -1);

  return (int) g_task_propagate_int (G_TASK (result), error);
}
