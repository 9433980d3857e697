/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/ship-sandbox-command.h"

#include <stdarg.h>
#include <string.h>

/*
 * What to run inside a sandbox. A plain struct, built up by its maker and given away with the call
 * that runs it.
 */

ShipSandboxCommand *
ship_sandbox_command_new (const char *program, ...)
{
  ShipSandboxCommand *self = g_new0 (ShipSandboxCommand, 1);
  va_list             args;

  self->argv = g_ptr_array_new_with_free_func (g_free);
  self->env = g_ptr_array_new_with_free_func (g_free);

  va_start (args, program);
  for (const char *arg = program; arg != NULL; arg = va_arg (args, const char *))
    ship_sandbox_command_add_arg (self, arg);
  va_end (args);

  return self;
}

void
ship_sandbox_command_free (ShipSandboxCommand *self)
{
  g_ptr_array_unref (self->argv);
  g_ptr_array_unref (self->env);
  g_free (self->cwd);
  g_free (self);
}

void
ship_sandbox_command_add_arg (ShipSandboxCommand *self, const char *arg)
{
  g_return_if_fail (arg != NULL);

  g_ptr_array_add (self->argv, g_strdup (arg));
}

/* A later value replaces an earlier one. */
void
ship_sandbox_command_set_env (ShipSandboxCommand *self, const char *name, const char *value)
{
  g_autofree char *prefix = NULL;

  g_return_if_fail (name != NULL && name[0] != '\0' && strchr (name, '=') == NULL);
  g_return_if_fail (value != NULL);

  prefix = g_strconcat (name, "=", NULL);
  for (guint i = 0; i < self->env->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (self->env, i), prefix))
      {
        g_ptr_array_remove_index (self->env, i);
        break;
      }
  g_ptr_array_add (self->env, g_strconcat (prefix, value, NULL));
}

void
ship_sandbox_command_set_pty (ShipSandboxCommand *self, guint16 rows, guint16 columns)
{
  self->use_pty = TRUE;
  self->rows = rows;
  self->columns = columns;
}
