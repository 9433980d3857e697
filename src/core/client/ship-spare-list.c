/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-spare-private.h"

#include "client/ship-session-lock-private.h"
#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-tables.h"

#include <unistd.h>

/*
 * Main thread.
 *
 *   list_async -> listed_cb -> (for each: row_cb) -> checked_cb -> (return)
 *
 * The index only says where to look: what the store says counts, since claiming is one transaction
 * there.
 */

typedef struct
{
  ShipPaths *paths;  /* (owned) */
  GPtrArray *ids;    /* (owned) (nullable) (element-type ShipIndexRow): the oldest first */
  guint      next;   /* the one that is being read */
  ShipSpare *spare;  /* (owned) (nullable): the one that is being read */
  GPtrArray *spares; /* (owned) (element-type ShipSpare) */
} Listing;

void
ship_spare_free (ShipSpare *self)
{
  g_clear_pointer (&self->row, ship_session_row_free);
  g_free (self);
}

static void
listing_free (Listing *self)
{
  ship_paths_unref (self->paths);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  g_clear_pointer (&self->spare, ship_spare_free);
  g_ptr_array_unref (self->spares);
  g_free (self);
}

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Listing *self = g_task_get_task_data (task);
  GError  *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_pointer (task,
                           g_ptr_array_ref (self->spares),
                           (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
check_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  Listing *self = data;

  for (guint i = 0; i < self->spares->len; i++)
    {
      ShipSpare *spare = self->spares->pdata[i];
      int        lock = ship_session_lock_thread (self->paths, spare->row->id, NULL);

      spare->is_alive = lock < 0;
      if (lock >= 0)
        close (lock);
    }
  g_task_return_boolean (step, TRUE);
}

static gboolean
read_row_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipSpare *spare = data;

  spare->row = ship_session_table_load (db, error);
  return spare->row != NULL;
}

static void read_next (GTask *task);

static void
row_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Listing   *self = g_task_get_task_data (task);
  ShipSpare *spare = g_steal_pointer (&self->spare);

  self->next++;
  /* One that cannot be read is for who repairs the index. */
  if (ship_store_once_finish (result, NULL) && spare->row != NULL && spare->row->is_spare)
    g_ptr_array_add (self->spares, spare);
  else
    ship_spare_free (spare);
  read_next (task);
}

static void
read_next (GTask *task)
{
  Listing         *self = g_task_get_task_data (task);
  GCancellable    *cancellable = g_task_get_cancellable (task);
  g_autofree char *path = NULL;
  g_autoptr (GTask) step = NULL;

  if (self->next == self->ids->len)
    {
      step = g_task_new (NULL, cancellable, checked_cb, g_object_ref (task));
      g_task_set_source_tag (step, read_next);
      g_task_set_task_data (step, self, NULL);
      g_task_run_in_thread (step, check_thread);
      return;
    }
  self->spare = g_new0 (ShipSpare, 1);
  path =
    ship_paths_dup_session_store (self->paths, ((ShipIndexRow *) self->ids->pdata[self->next])->id);
  ship_store_read_once_async (path,
                              ship_session_tables_get_version (),
                              read_row_job,
                              self->spare,
                              cancellable,
                              row_cb,
                              g_object_ref (task));
}

static gboolean
list_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Listing *self = data;

  self->ids = ship_index_table_list_spares (db, error);
  return self->ids != NULL;
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Listing *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (ship_store_once_finish (result, &error) && self->ids->len > 0)
    read_next (task);
  else if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_task_return_pointer (task,
                           g_ptr_array_ref (self->spares),
                           (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ship_spare_list_async (ShipPaths          *paths,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *index = ship_paths_dup_index_file (paths);
  Listing         *self = g_new0 (Listing, 1);

  g_task_set_source_tag (task, ship_spare_list_async);
  g_task_set_task_data (task, self, (GDestroyNotify) listing_free);
  self->paths = ship_paths_ref (paths);
  self->spares = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_spare_free);
  ship_store_read_once_async (index,
                              ship_index_tables_get_version (),
                              list_job,
                              self,
                              cancellable,
                              listed_cb,
                              g_object_ref (task));
}

GPtrArray *
ship_spare_list_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_spare_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The agent was started with the small model of that provider, for titles. */
static gboolean
is_same_provider (const char *a, const char *b)
{
  gsize length = strcspn (a, "/");

  return strncmp (a, b, length + 1) == 0;
}

gboolean
ship_spare_fits (const ShipSpare *self,
                 const char      *repository,
                 const char      *commit,
                 const char      *model)
{
  const ShipSessionRow *row = self->row;

  return self->is_alive && g_str_equal (row->sandbox, "local") &&
         g_str_equal (row->repository, repository) && g_str_equal (row->base_commit, commit) &&
         is_same_provider (row->model, model);
}
