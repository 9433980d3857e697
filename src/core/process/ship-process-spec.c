/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process/ship-process-private.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* What to run. Built up and used once by one owner; main thread. */

static void
fd_clear (gpointer data)
{
  close (((ShipProcessFd *) data)->fd);
}

ShipProcessSpec *
ship_process_spec_new (const char *program)
{
  ShipProcessSpec *self;

  g_return_val_if_fail (program != NULL, NULL);

  self = g_new0 (ShipProcessSpec, 1);
  self->argv = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->argv, g_strdup (program));
  self->envp = g_new0 (char *, 1);
  self->fds = g_array_new (FALSE, FALSE, sizeof (ShipProcessFd));
  g_array_set_clear_func (self->fds, fd_clear);

  return self;
}

void
ship_process_spec_free (ShipProcessSpec *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->argv);
  g_strfreev (self->envp);
  g_free (self->cwd);
  g_array_unref (self->fds);
  g_free (self);
}

void
ship_process_spec_add_arg (ShipProcessSpec *self, const char *arg)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (arg != NULL);

  g_ptr_array_add (self->argv, g_strdup (arg));
}

void
ship_process_spec_set_env (ShipProcessSpec *self, const char *name, const char *value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL && name[0] != '\0' && strchr (name, '=') == NULL);
  g_return_if_fail (value != NULL);

  self->envp = g_environ_setenv (self->envp, name, value, TRUE);
}

void
ship_process_spec_inherit_env (ShipProcessSpec *self, const char *name)
{
  const char *value;

  g_return_if_fail (name != NULL);

  value = g_getenv (name);
  if (value != NULL)
    ship_process_spec_set_env (self, name, value);
}

void
ship_process_spec_set_cwd (ShipProcessSpec *self, const char *path)
{
  g_return_if_fail (self != NULL);

  g_free (self->cwd);
  self->cwd = g_strdup (path);
}

void
ship_process_spec_take_fd (ShipProcessSpec *self, int fd, int child_fd)
{
  ShipProcessFd entry = { .fd = fd, .child_fd = child_fd };

  g_return_if_fail (self != NULL);
  g_return_if_fail (fd >= 0);
  g_return_if_fail (child_fd > STDERR_FILENO);

  for (guint i = 0; i < self->fds->len; i++)
    g_return_if_fail (g_array_index (self->fds, ShipProcessFd, i).child_fd != child_fd);
  g_array_append_val (self->fds, entry);
}

void
ship_process_spec_set_pipes (ShipProcessSpec *self, gboolean in, gboolean out, gboolean err)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (!self->pty);

  self->pipe_in = in;
  self->pipe_out = out;
  self->pipe_err = err;
}

void
ship_process_spec_set_pty (ShipProcessSpec *self, guint rows, guint columns)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (!self->pipe_in && !self->pipe_out && !self->pipe_err);

  self->pty = TRUE;
  self->rows = rows;
  self->columns = columns;
}

void
ship_process_spec_set_detached (ShipProcessSpec *self)
{
  g_return_if_fail (self != NULL);

  self->detached = TRUE;
}
