/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-resource-keeper.h"

#include "sandbox/local/ship-resource-group.h"
#include "sandbox/local/ship-resource-scope.h"
#include "sandbox/local/ship-resource-watchdog.h"

/*
 * Which way it is, is found by trying: whatever a machine says of itself, a way that has taken the
 * processes of a sandbox works.
 *
 *   start_async -> try_next -> attached_cb -> (the next one, or) disk_attached_cb -> (return)
 *   end_async -> explained_cb -> (return)
 */

typedef enum
{
  SIGNAL_EXCEEDED,
  N_SIGNALS,
} ShipResourceKeeperSignal;

static guint signals[N_SIGNALS];

struct _ShipResourceKeeper
{
  GObject parent_instance;

  GPtrArray           *ways; /* (owned) (element-type ShipResourceControl): not yet tried */
  ShipResourceControl *way;  /* (owned) (nullable): in force, or being tried */
  ShipResourceControl *disk; /* (owned) */
  ShipSandboxLimits    limits;
  pid_t                pids[2];
  gboolean             is_attached;
  gboolean             is_exceeded;
};

G_DEFINE_FINAL_TYPE (ShipResourceKeeper, ship_resource_keeper, G_TYPE_OBJECT)

static void
exceeded_cb (ShipResourceControl *control, guint hit, guint64 bound, ShipResourceKeeper *self)
{
  g_autoptr (GError) error = ship_sandbox_limits_new_error (&self->limits, hit, bound);

  if (self->is_exceeded)
    return;
  self->is_exceeded = TRUE;
  g_signal_emit (self, signals[SIGNAL_EXCEEDED], 0, error);
}

static void
disk_attached_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (ship_resource_control_attach_finish (SHIP_RESOURCE_CONTROL (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void try_next (GTask *task);

static void
attached_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipResourceKeeper *self = g_task_get_source_object (task);
  GError             *error = NULL;
  GCancellable       *cancellable;

  if (!ship_resource_control_attach_finish (SHIP_RESOURCE_CONTROL (object), result, &error))
    {
      g_debug ("Limits are not kept by %s: %s",
               ship_resource_control_get_name (self->way),
               error->message);
      if (self->ways->len == 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_task_return_error (task, error);
          return;
        }
      g_clear_error (&error);
      try_next (g_steal_pointer (&task));
      return;
    }

  self->is_attached = TRUE;
  g_signal_connect_object (self->way, "exceeded", G_CALLBACK (exceeded_cb), self, 0);
  g_signal_connect_object (self->disk, "exceeded", G_CALLBACK (exceeded_cb), self, 0);
  cancellable = g_task_get_cancellable (task);
  ship_resource_control_attach_async (self->disk,
                                      &self->limits,
                                      self->pids,
                                      cancellable,
                                      disk_attached_cb,
                                      g_steal_pointer (&task));
}

/* Takes @task. */
static void
try_next (GTask *task)
{
  ShipResourceKeeper *self = g_task_get_source_object (task);

  g_clear_object (&self->way);
  self->way = g_ptr_array_steal_index (self->ways, 0);
  ship_resource_control_attach_async (self->way,
                                      &self->limits,
                                      self->pids,
                                      g_task_get_cancellable (task),
                                      attached_cb,
                                      task);
}

void
ship_resource_keeper_start_async (ShipResourceKeeper      *self,
                                  const ShipSandboxLimits *limits,
                                  const pid_t              pids[2],
                                  GCancellable            *cancellable,
                                  GAsyncReadyCallback      callback,
                                  gpointer                 user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (SHIP_IS_RESOURCE_KEEPER (self) && self->ways->len > 0);

  g_task_set_source_tag (task, ship_resource_keeper_start_async);
  self->limits = *limits;
  self->pids[0] = pids[0];
  self->pids[1] = pids[1];
  try_next (task);
}

gboolean
ship_resource_keeper_start_finish (ShipResourceKeeper *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_resource_keeper_start_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ship_resource_keeper_update (ShipResourceKeeper *self, const ShipSandboxLimits *limits)
{
  g_return_if_fail (SHIP_IS_RESOURCE_KEEPER (self));

  self->limits = *limits;
  if (!self->is_attached)
    return;
  ship_resource_control_update (self->way, limits);
  ship_resource_control_update (self->disk, limits);
}

static void
explained_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipResourceKeeper *self = g_task_get_source_object (task);
  int hit = ship_resource_control_explain_finish (SHIP_RESOURCE_CONTROL (object), result);

  if (hit < 0)
    g_task_return_pointer (task, NULL, NULL);
  else
    g_task_return_error (
      task,
      ship_sandbox_limits_new_error (&self->limits, hit, self->limits.values[hit]));
}

void
ship_resource_keeper_end_async (ShipResourceKeeper *self,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_return_if_fail (SHIP_IS_RESOURCE_KEEPER (self));

  g_task_set_source_tag (task, ship_resource_keeper_end_async);
  if (!self->is_attached)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  self->is_exceeded = TRUE; /* whatever is still looked at has ended */
  ship_resource_control_explain_async (self->way, explained_cb, g_steal_pointer (&task));
}

GError *
ship_resource_keeper_end_finish (ShipResourceKeeper *self, GAsyncResult *result)
{
  GError *error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_resource_keeper_end_async), NULL);

  g_task_propagate_pointer (G_TASK (result), &error);
  return error;
}

const char *
ship_resource_keeper_get_way (ShipResourceKeeper *self)
{
  g_return_val_if_fail (SHIP_IS_RESOURCE_KEEPER (self), NULL);

  return self->is_attached ? ship_resource_control_get_name (self->way) : NULL;
}

static void
ship_resource_keeper_dispose (GObject *object)
{
  ShipResourceKeeper *self = SHIP_RESOURCE_KEEPER (object);

  g_clear_pointer (&self->ways, g_ptr_array_unref);
  g_clear_object (&self->way);
  g_clear_object (&self->disk);

  G_OBJECT_CLASS (ship_resource_keeper_parent_class)->dispose (object);
}

static void
ship_resource_keeper_class_init (ShipResourceKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_resource_keeper_dispose;

  signals[SIGNAL_EXCEEDED] = g_signal_new ("exceeded",
                                           SHIP_TYPE_RESOURCE_KEEPER,
                                           G_SIGNAL_RUN_LAST,
                                           0,
                                           NULL,
                                           NULL,
                                           NULL,
                                           G_TYPE_NONE,
                                           1,
                                           G_TYPE_ERROR);
}

static void
ship_resource_keeper_init (ShipResourceKeeper *self)
{
}

ShipResourceKeeper *
ship_resource_keeper_new (GPtrArray *ways, const char *const *directories)
{
  ShipResourceKeeper *self = g_object_new (SHIP_TYPE_RESOURCE_KEEPER, NULL);

  self->ways = g_ptr_array_ref (ways);
  self->disk = ship_resource_watchdog_new_disk ("/proc", directories);

  return self;
}

GPtrArray *
ship_resource_keeper_list_ways (void)
{
  GPtrArray *ways = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (ways, ship_resource_scope_new ("/sys/fs/cgroup"));
  g_ptr_array_add (ways, ship_resource_group_new ("/sys/fs/cgroup", "/proc"));
  g_ptr_array_add (ways, ship_resource_watchdog_new_memory ("/proc"));
  return ways;
}
