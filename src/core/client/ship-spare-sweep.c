/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-spare-private.h"

#include <unistd.h>

/*
 * Main thread.
 *
 *   sweep_async -> looked_cb -> locked_cb -> listed_cb -> (for each that has ended: retired_cb)
 *               -> (return)
 *
 * Nothing can be claimed while the lock is held, so what has ended then is nobody's for good.
 */

typedef struct
{
  ShipPaths *paths;  /* (owned) */
  GPtrArray *spares; /* (owned) (nullable) (element-type ShipSpare) */
  guint      next;
  guint      n_removed;
  int        lock;
} Sweep;

static void
sweep_free (Sweep *self)
{
  ship_paths_unref (self->paths);
  g_clear_pointer (&self->spares, g_ptr_array_unref);
  if (self->lock >= 0)
    close (self->lock);
  g_free (self);
}

static void go_on (GTask *task);

static void
retired_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Sweep *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (ship_spare_retire_finish (result, &error))
    self->n_removed++;
  else
    g_debug ("A spare is left for the next time: %s", error->message);
  go_on (task);
}

static void
go_on (GTask *task)
{
  Sweep *self = g_task_get_task_data (task);

  while (self->next < self->spares->len)
    {
      const ShipSpare *spare = self->spares->pdata[self->next++];

      if (spare->is_alive)
        continue;
      ship_spare_retire_async (self->paths,
                               spare->row->id,
                               g_task_get_cancellable (task),
                               retired_cb,
                               g_object_ref (task));
      return;
    }
  g_task_return_int (task, self->n_removed);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Sweep *self = g_task_get_task_data (task);

  self->spares = ship_spare_list_finish (result, NULL);
  if (self->spares != NULL)
    go_on (task);
  else
    g_task_return_int (task, 0);
}

static void
locked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Sweep *self = g_task_get_task_data (task);

  self->lock = ship_spare_lock_finish (result, NULL);
  if (self->lock >= 0)
    ship_spare_list_async (self->paths,
                           g_task_get_cancellable (task),
                           listed_cb,
                           g_object_ref (task));
  else
    g_task_return_int (task, 0);
}

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Sweep *self = g_task_get_task_data (task);
  g_autoptr (GPtrArray) spares = ship_spare_list_finish (result, NULL);
  gboolean is_needed = FALSE;

  for (guint i = 0; spares != NULL && i < spares->len; i++)
    is_needed = is_needed || !((ShipSpare *) spares->pdata[i])->is_alive;
  if (is_needed)
    ship_spare_lock_async (self->paths,
                           0,
                           g_task_get_cancellable (task),
                           locked_cb,
                           g_object_ref (task));
  else
    g_task_return_int (task, 0);
}

void
ship_spare_sweep_async (ShipPaths          *paths,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Sweep *self = g_new0 (Sweep, 1);

  g_task_set_source_tag (task, ship_spare_sweep_async);
  g_task_set_task_data (task, self, (GDestroyNotify) sweep_free);
  self->paths = ship_paths_ref (paths);
  self->lock = -1;
  ship_spare_list_async (paths, cancellable, looked_cb, g_object_ref (task));
}

guint
ship_spare_sweep_finish (GAsyncResult *result)
{
  gssize n_removed;

  g_return_val_if_fail (g_task_is_valid (result, NULL), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_spare_sweep_async), 0);

  n_removed = g_task_propagate_int (G_TASK (result), NULL);
  return n_removed > 0 ? (guint) n_removed : 0;
}
