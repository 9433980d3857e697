/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/ship-terminals-private.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/*
 * The shells that clients opened: number → process. The process's end takes it out of the table.
 */

struct _ShipTerminals
{
  GObject     parent_instance;
  GHashTable *processes; /* (owned) (element-type guint ShipSandboxProcess) */
  guint       last;
};

G_DEFINE_FINAL_TYPE (ShipTerminals, ship_terminals, G_TYPE_OBJECT)

static void
ship_terminals_dispose (GObject *object)
{
  ShipTerminals *self = SHIP_TERMINALS (object);

  g_clear_pointer (&self->processes, g_hash_table_unref);

  G_OBJECT_CLASS (ship_terminals_parent_class)->dispose (object);
}

static void
ship_terminals_class_init (ShipTerminalsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_terminals_dispose;
}

static void
ship_terminals_init (ShipTerminals *self)
{
  self->processes = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
}

ShipTerminals *
ship_terminals_new (void)
{
  return g_object_new (SHIP_TYPE_TERMINALS, NULL);
}

typedef struct
{
  GWeakRef self;
  guint    terminal;
} Ending;

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Ending *ending = user_data;
  g_autoptr (ShipTerminals) self = g_weak_ref_get (&ending->self);
  int status;

  ship_sandbox_process_wait_finish (SHIP_SANDBOX_PROCESS (object), result, &status, NULL);
  if (self != NULL && self->processes != NULL)
    g_hash_table_remove (self->processes, GUINT_TO_POINTER (ending->terminal));
  g_weak_ref_clear (&ending->self);
  g_free (ending);
}

static void
spawned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipTerminals *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSandboxProcess) process =
    ship_sandbox_spawn_finish (SHIP_SANDBOX (object), result, &error);
  Ending *ending;

  if (process == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  self->last++;
  ending = g_new0 (Ending, 1);
  g_weak_ref_init (&ending->self, self);
  ending->terminal = self->last;
  ship_sandbox_process_wait_async (process, NULL, ended_cb, ending);
  g_hash_table_insert (self->processes, GUINT_TO_POINTER (self->last), g_steal_pointer (&process));
  g_task_return_int (task, self->last);
}

void
ship_terminals_open_async (ShipTerminals      *self,
                           ShipSandbox        *sandbox,
                           guint16             rows,
                           guint16             columns,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  ShipSandboxCommand *command;

  g_return_if_fail (SHIP_IS_TERMINALS (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_terminals_open_async);
  command = ship_sandbox_command_new ("/bin/bash", "-i", NULL);
  ship_sandbox_command_set_pty (command, rows, columns);
  ship_sandbox_spawn_async (sandbox, command, NULL, spawned_cb, g_steal_pointer (&task));
}

guint
ship_terminals_open_finish (ShipTerminals *self, GAsyncResult *result, int *master, GError **error)
{
  ShipSandboxProcess *process;
  gssize              terminal;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_terminals_open_async), 0);

  terminal = g_task_propagate_int (G_TASK (result), error);
  if (terminal <= 0)
    return 0;

  process = g_hash_table_lookup (self->processes, GUINT_TO_POINTER ((guint) terminal));
  *master =
    process != NULL ? fcntl (ship_sandbox_process_get_pty_fd (process), F_DUPFD_CLOEXEC, 3) : -1;
  if (*master >= 0)
    return (guint) terminal;

  g_set_error_literal (error,
                       SHIP_SANDBOX_ERROR,
                       SHIP_SANDBOX_ERROR_GONE,
                       _ ("The shell ended at once"));
  return 0;
}

gboolean
ship_terminals_resize (ShipTerminals *self, guint terminal, guint16 rows, guint16 columns)
{
  ShipSandboxProcess *process;

  g_return_val_if_fail (SHIP_IS_TERMINALS (self), FALSE);

  process = g_hash_table_lookup (self->processes, GUINT_TO_POINTER (terminal));
  if (process != NULL)
    ship_sandbox_process_resize (process, rows, columns);

  return process != NULL;
}
