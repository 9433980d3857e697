/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/ship-sandbox-process.h"

#include <unistd.h>

#include "sandbox/ship-sandbox-process-private.h"

/*
 * The abstract process: holds the host's ends of its streams, or its terminal, and those who wait
 * for its end. Owned by whoever asked for it; main thread.
 */

typedef struct
{
  GOutputStream *input;  /* (owned) (nullable) */
  GInputStream  *output; /* (owned) (nullable) */
  GInputStream  *errors; /* (owned) (nullable) */
  int            pty;    /* (owned): or -1 */

  gboolean   is_running;
  int        wait_status;
  GError    *end_error; /* (owned) (nullable) */
  GPtrArray *waiters;   /* (owned) (element-type Waiter) */
} ShipSandboxProcessPrivate;

/* Somebody who waits. Owned by the process's array; its task keeps the process. */
typedef struct
{
  GTask   *task;   /* (owned) (nullable): until returned from */
  GSource *source; /* (owned) (nullable): of its cancellable */
} Waiter;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (ShipSandboxProcess, ship_sandbox_process, G_TYPE_OBJECT)

static ShipSandboxProcessPrivate *
get_private (ShipSandboxProcess *self)
{
  return ship_sandbox_process_get_instance_private (self);
}

static void
waiter_free (gpointer data)
{
  Waiter *self = data;

  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_object (&self->task);
  g_free (self);
}

static void
return_end (ShipSandboxProcess *self, GTask *task)
{
  ShipSandboxProcessPrivate *priv = get_private (self);

  if (priv->end_error != NULL)
    g_task_return_error (task, g_error_copy (priv->end_error));
  else
    g_task_return_int (task, priv->wait_status);
}

static gboolean
waiter_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Waiter *waiter = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&waiter->task);
  ShipSandboxProcessPrivate *priv = get_private (g_task_get_source_object (task));

  g_ptr_array_remove_fast (priv->waiters, waiter);
  g_task_return_error_if_cancelled (task);

  return G_SOURCE_REMOVE;
}

static void
ship_sandbox_process_finalize (GObject *object)
{
  ShipSandboxProcessPrivate *priv = get_private (SHIP_SANDBOX_PROCESS (object));

  g_clear_object (&priv->input);
  g_clear_object (&priv->output);
  g_clear_object (&priv->errors);
  if (priv->pty >= 0)
    close (priv->pty);
  g_clear_error (&priv->end_error);
  g_ptr_array_unref (priv->waiters);

  G_OBJECT_CLASS (ship_sandbox_process_parent_class)->finalize (object);
}

static void
ship_sandbox_process_class_init (ShipSandboxProcessClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_sandbox_process_finalize;
}

static void
ship_sandbox_process_init (ShipSandboxProcess *self)
{
  ShipSandboxProcessPrivate *priv = get_private (self);

  priv->pty = -1;
  priv->is_running = TRUE;
  priv->waiters = g_ptr_array_new_with_free_func (waiter_free);
}

GOutputStream *
ship_sandbox_process_get_stdin (ShipSandboxProcess *self)
{
  g_return_val_if_fail (SHIP_IS_SANDBOX_PROCESS (self), NULL);

  return get_private (self)->input;
}

GInputStream *
ship_sandbox_process_get_stdout (ShipSandboxProcess *self)
{
  g_return_val_if_fail (SHIP_IS_SANDBOX_PROCESS (self), NULL);

  return get_private (self)->output;
}

GInputStream *
ship_sandbox_process_get_stderr (ShipSandboxProcess *self)
{
  g_return_val_if_fail (SHIP_IS_SANDBOX_PROCESS (self), NULL);

  return get_private (self)->errors;
}

int
ship_sandbox_process_get_pty_fd (ShipSandboxProcess *self)
{
  g_return_val_if_fail (SHIP_IS_SANDBOX_PROCESS (self), -1);

  return get_private (self)->pty;
}

void
ship_sandbox_process_signal (ShipSandboxProcess *self, int signal)
{
  g_return_if_fail (SHIP_IS_SANDBOX_PROCESS (self));

  if (get_private (self)->is_running)
    SHIP_SANDBOX_PROCESS_GET_CLASS (self)->signal (self, signal);
}

void
ship_sandbox_process_resize (ShipSandboxProcess *self, guint16 rows, guint16 columns)
{
  g_return_if_fail (SHIP_IS_SANDBOX_PROCESS (self));

  if (get_private (self)->is_running && get_private (self)->pty >= 0)
    SHIP_SANDBOX_PROCESS_GET_CLASS (self)->resize (self, rows, columns);
}

gboolean
ship_sandbox_process_is_running (ShipSandboxProcess *self)
{
  g_return_val_if_fail (SHIP_IS_SANDBOX_PROCESS (self), FALSE);

  return get_private (self)->is_running;
}

void
ship_sandbox_process_wait_async (ShipSandboxProcess *self,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  ShipSandboxProcessPrivate *priv = get_private (self);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Waiter *waiter;

  g_task_set_source_tag (task, ship_sandbox_process_wait_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!priv->is_running)
    {
      return_end (self, task);
      return;
    }

  waiter = g_new0 (Waiter, 1);
  waiter->task = g_steal_pointer (&task);
  if (cancellable != NULL)
    {
      waiter->source = g_cancellable_source_new (cancellable);
      g_source_set_callback (waiter->source, G_SOURCE_FUNC (waiter_cancelled_cb), waiter, NULL);
      g_source_attach (waiter->source, g_main_context_get_thread_default ());
    }
  g_ptr_array_add (priv->waiters, waiter);
}

gboolean
ship_sandbox_process_wait_finish (ShipSandboxProcess *self,
                                  GAsyncResult       *result,
                                  int                *wait_status,
                                  GError            **error)
{
  g_autoptr (GError) local_error = NULL;
  int status;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_sandbox_process_wait_async), FALSE);

  status = (int) g_task_propagate_int (G_TASK (result), &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (wait_status != NULL)
    *wait_status = status;

  return TRUE;
}

void
ship_sandbox_process_take_streams (ShipSandboxProcess *self,
                                   GOutputStream      *input,
                                   GInputStream       *output,
                                   GInputStream       *errors)
{
  ShipSandboxProcessPrivate *priv = get_private (self);

  g_return_if_fail (priv->input == NULL && priv->output == NULL && priv->errors == NULL);

  priv->input = input;
  priv->output = output;
  priv->errors = errors;
}

void
ship_sandbox_process_take_pty (ShipSandboxProcess *self, int fd)
{
  ShipSandboxProcessPrivate *priv = get_private (self);

  g_return_if_fail (priv->pty < 0);

  priv->pty = fd;
}

void
ship_sandbox_process_report_end (ShipSandboxProcess *self, int wait_status, const GError *error)
{
  ShipSandboxProcessPrivate *priv = get_private (self);
  g_autoptr (GPtrArray) waiters = NULL;

  g_return_if_fail (priv->is_running);

  g_object_ref (self); /* the waiters may hold the last other references */
  priv->is_running = FALSE;
  priv->wait_status = wait_status;
  priv->end_error = error != NULL ? g_error_copy (error) : NULL;

  waiters = g_steal_pointer (&priv->waiters);
  priv->waiters = g_ptr_array_new_with_free_func (waiter_free);
  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = g_ptr_array_index (waiters, i);

      return_end (self, waiter->task);
    }
  g_clear_pointer (&waiters, g_ptr_array_unref);
  g_object_unref (self);
}
