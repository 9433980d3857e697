/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/local/ship-resource-control.h"

/*
 * The abstract way to hold processes to limits. Owned by a sandbox's ShipResourceKeeper; main
 * thread.
 */

typedef enum
{
  SIGNAL_EXCEEDED,
  N_SIGNALS,
} ShipResourceControlSignal;

static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE (ShipResourceControl, ship_resource_control, G_TYPE_OBJECT)

/* Where nothing but we ends it, there is nothing to explain. */
static void
ship_resource_control_real_explain_async (ShipResourceControl *self,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, ship_resource_control_explain_async);
  g_task_return_int (task, -1);
}

static void
ship_resource_control_class_init (ShipResourceControlClass *klass)
{
  klass->explain_async = ship_resource_control_real_explain_async;

  signals[SIGNAL_EXCEEDED] = g_signal_new ("exceeded",
                                           SHIP_TYPE_RESOURCE_CONTROL,
                                           G_SIGNAL_RUN_LAST,
                                           0,
                                           NULL,
                                           NULL,
                                           NULL,
                                           G_TYPE_NONE,
                                           2,
                                           G_TYPE_UINT,
                                           G_TYPE_UINT64);
}

static void
ship_resource_control_init (ShipResourceControl *self)
{
}

void
ship_resource_control_attach_async (ShipResourceControl     *self,
                                    const ShipSandboxLimits *limits,
                                    const pid_t              pids[2],
                                    GCancellable            *cancellable,
                                    GAsyncReadyCallback      callback,
                                    gpointer                 user_data)
{
  g_return_if_fail (SHIP_IS_RESOURCE_CONTROL (self));

  SHIP_RESOURCE_CONTROL_GET_CLASS (self)
    ->attach_async (self, limits, pids, cancellable, callback, user_data);
}

gboolean
ship_resource_control_attach_finish (ShipResourceControl *self,
                                     GAsyncResult        *result,
                                     GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_resource_control_attach_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ship_resource_control_update (ShipResourceControl *self, const ShipSandboxLimits *limits)
{
  g_return_if_fail (SHIP_IS_RESOURCE_CONTROL (self));

  SHIP_RESOURCE_CONTROL_GET_CLASS (self)->update (self, limits);
}

void
ship_resource_control_explain_async (ShipResourceControl *self,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_return_if_fail (SHIP_IS_RESOURCE_CONTROL (self));

  SHIP_RESOURCE_CONTROL_GET_CLASS (self)->explain_async (self, callback, user_data);
}

int
ship_resource_control_explain_finish (ShipResourceControl *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_resource_control_explain_async), -1);

  return (int) g_task_propagate_int (G_TASK (result), NULL);
}

const char *
ship_resource_control_get_name (ShipResourceControl *self)
{
  g_return_val_if_fail (SHIP_IS_RESOURCE_CONTROL (self), NULL);

  return SHIP_RESOURCE_CONTROL_GET_CLASS (self)->name;
}

void
ship_resource_control_emit_exceeded (ShipResourceControl *self,
                                     ShipSandboxLimit     limit,
                                     guint64              bound)
{
  g_signal_emit (self, signals[SIGNAL_EXCEEDED], 0, (guint) limit, bound);
}
